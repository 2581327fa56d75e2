package aks

import (
	containerservice "github.com/pulumi/pulumi-azure-native-sdk/containerservice/v2/v20240901"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The names of maintenance configurations. Azure accepts no others for these purposes.
const (
	clusterWindow   = "aksManagedAutoUpgradeSchedule"
	nodeImageWindow = "aksManagedNodeOSUpgradeSchedule"
)

// createWindows creates the maintenance windows of the automatic upgrades that are on.
func (b *builder) createWindows() error {
	u := value(b.args.Upgrades)
	for _, w := range []struct {
		key, name string
		on        bool
		window    *MaintenanceWindow
	}{
		{"upgrades", clusterWindow, u.Channel != ChannelNone, u.Window},
		{"node-images", nodeImageWindow, u.NodeImages != NodeImagesNone, u.NodeImageWindow},
	} {
		if !w.on {
			continue
		}
		created, err := containerservice.NewMaintenanceConfiguration(b.ctx, b.name+"-"+w.key,
			&containerservice.MaintenanceConfigurationArgs{
				ResourceGroupName: b.args.ResourceGroupName, ResourceName: b.control.Name, ConfigName: pulumi.String(w.name),
				MaintenanceWindow: value(w.window).native(),
			}, b.cluster.Child(pulumi.DeletedWith(b.control)))
		if err != nil {
			return err
		}
		b.created(created)
	}
	return nil
}

func (w MaintenanceWindow) native() *containerservice.MaintenanceWindowArgs {
	return &containerservice.MaintenanceWindowArgs{
		DurationHours: pulumi.Int(value(w.Hours)), StartTime: pulumi.String(w.Start), UtcOffset: pulumi.String(w.UTCOffset),
		Schedule: &containerservice.ScheduleArgs{Weekly: &containerservice.WeeklyScheduleArgs{
			DayOfWeek: pulumi.String(w.Day), IntervalWeeks: pulumi.Int(value(w.Weeks)),
		}},
	}
}
