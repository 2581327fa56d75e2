package containerservice

import (
	"regexp"
	"slices"
	"time"

	v20240901 "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20240901"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

func maintenance() *cloud.Type {
	return kernel.Child(&cloud.Type{
		Token: maintenanceToken, Args: v20240901.MaintenanceConfigurationArgs{}, Resource: &v20240901.MaintenanceConfiguration{},
		Name:   "configName",
		Create: setMaintenance,
		Update: setMaintenance,
	}, kernel.ClusterToken, arm, "resourceName", "maintenanceConfigurations", false)
}

var (
	clock  = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
	offset = regexp.MustCompile(`^[+-][0-9]{2}:[0-9]{2}$`)
)

// days are the days of the week.
func days() []string {
	return []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
}

// setMaintenance checks a configuration. Source: "Use planned maintenance to schedule and control upgrades for your AKS
// cluster". The codes are from memory.
func setMaintenance(c *cloud.Call) error {
	window := c.Object.Block("maintenanceWindow")
	switch name := c.Text("name"); name {
	case "default":
		if len(window) > 0 || len(cloud.Objects(c.Object.Outputs["timeInWeek"])) == 0 {
			return invalid("maintenanceConfiguration", "The configuration default requires timeInWeek, and has no "+
				"maintenanceWindow.")
		}
		return checkWeek(c)
	case "aksManagedAutoUpgradeSchedule", "aksManagedNodeOSUpgradeSchedule":
		if len(window) == 0 || len(cloud.Objects(c.Object.Outputs["timeInWeek"])) > 0 {
			return invalid("maintenanceConfiguration", "The configuration %s requires maintenanceWindow, and has no timeInWeek.",
				name)
		}
		return checkWindow(c, window)
	default:
		return kernel.Refuse("InvalidMaintenanceConfigurationName", "The name %s of the maintenance configuration is invalid. It is "+
			"default, aksManagedAutoUpgradeSchedule or aksManagedNodeOSUpgradeSchedule.", name)
	}
}

func checkWeek(c *cloud.Call) error {
	for _, slot := range cloud.Objects(c.Object.Outputs["timeInWeek"]) {
		if err := oneOf("timeInWeek.day", cloud.Text(slot, "day"), days()...); err != nil {
			return err
		}
		hours, _ := slot["hourSlots"].([]any)
		for _, v := range hours {
			if hour, ok := v.(float64); !ok || hour < 0 || hour > 23 {
				return invalid("timeInWeek.hourSlots", "%v is not between 0 and 23.", v)
			}
		}
	}
	return nil
}

// checkWindow checks a window of at least four hours, with exactly one schedule.
func checkWindow(c *cloud.Call, window map[string]any) error {
	hours, _ := window["durationHours"].(float64)
	switch {
	case hours < 4 || hours > 24:
		return invalid("maintenanceWindow.durationHours", "%v is not between 4 and 24.", hours)
	case !clock.MatchString(cloud.Text(window, "startTime")):
		return invalid("maintenanceWindow.startTime", "'%s' is not of the form HH:MM.", cloud.Text(window, "startTime"))
	}
	cloud.Fill(window, map[string]any{"utcOffset": "+00:00"})
	if !offset.MatchString(cloud.Text(window, "utcOffset")) {
		return invalid("maintenanceWindow.utcOffset", "'%s' is not of the form +HH:MM.", cloud.Text(window, "utcOffset"))
	}
	if date := cloud.Text(window, "startDate"); date != "" {
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			return invalid("maintenanceWindow.startDate", "'%s' is not a date.", date)
		}
	}
	schedule := block(window, "schedule")
	if len(schedule) != 1 {
		return invalid("maintenanceWindow.schedule", "Exactly one of daily, weekly, absoluteMonthly and relativeMonthly is "+
			"required: %d are given.", len(schedule))
	}
	if err := checkSchedule(schedule); err != nil {
		return err
	}
	c.Set("maintenanceWindow", window)
	return nil
}

// limits are the limits of numbers in schedules.
func limits() map[string]map[string][2]float64 {
	return map[string]map[string][2]float64{
		"daily": {"intervalDays": {1, 7}}, "weekly": {"intervalWeeks": {1, 4}},
		"absoluteMonthly": {"intervalMonths": {1, 6}, "dayOfMonth": {1, 31}},
		"relativeMonthly": {"intervalMonths": {1, 6}},
	}
}

func checkSchedule(schedule map[string]any) error {
	for kind := range schedule {
		values := block(schedule, kind)
		for property, limit := range limits()[kind] {
			if n, ok := values[property].(float64); !ok || n < limit[0] || n > limit[1] {
				return invalid("maintenanceWindow.schedule."+kind, "%s %v is not between %v and %v.", property, values[property],
					limit[0], limit[1])
			}
		}
		if kind == "weekly" || kind == "relativeMonthly" {
			if !slices.Contains(days(), cloud.Text(values, "dayOfWeek")) {
				return invalid("maintenanceWindow.schedule."+kind, "'%s' is no day of the week.", cloud.Text(values, "dayOfWeek"))
			}
		}
		if kind == "relativeMonthly" && !slices.Contains([]string{"First", "Second", "Third", "Fourth", "Last"},
			cloud.Text(values, "weekIndex")) {
			return invalid("maintenanceWindow.schedule."+kind, "The week index '%s' is invalid.", cloud.Text(values, "weekIndex"))
		}
	}
	return nil
}
