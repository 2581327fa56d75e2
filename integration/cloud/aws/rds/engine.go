package rds

import (
	"regexp"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// engine is a database engine.
type engine struct {
	// port is the default port.
	port float64
	// version is the version of an instance that asks for none.
	version string
	// license is the default license model.
	license string
}

// engines are the engines with a default version of 2025, which is from memory. Other versions than the default are not
// checked: AWS adds and removes them all the time.
//
// Source: API reference of CreateDBInstance and CreateDBCluster, Engine and Port.
func engines() map[string]engine {
	out := map[string]engine{
		"aurora-mysql":      {3306, "8.0.mysql_aurora.3.08.0", "general-public-license"},
		"aurora-postgresql": {5432, "16.6", "postgresql-license"},
		"mariadb":           {3306, "11.4.5", "general-public-license"},
		"mysql":             {3306, "8.0.41", "general-public-license"},
		"postgres":          {5432, "17.4", "postgresql-license"},
	}
	for _, edition := range []string{"db2-ae", "db2-se", "custom-db2-ae"} {
		out[edition] = engine{50000, "11.5.9.0", "bring-your-own-license"}
	}
	for _, edition := range []string{"ee", "ee-cdb", "se2", "se2-cdb"} {
		out["oracle-"+edition] = engine{1521, "19.0.0.0.ru-2025-01.rur-2025-01.r1", "bring-your-own-license"}
	}
	for _, edition := range []string{"ee", "ex", "se", "web"} {
		out["sqlserver-"+edition] = engine{1433, "16.00.4185.3.v1", "license-included"}
	}
	return out
}

// invalid is the error of the API for a value.
func invalid(format string, args ...any) error {
	return kernel.Refuse("InvalidParameterValue", format, args...)
}

// combination is the error of the API for values that do not go together.
func combination(format string, args ...any) error {
	return kernel.Refuse("InvalidParameterCombination", format, args...)
}

// setEngine sets the version, which a partial one such as "16" begins, and the port. aurora says which engines fit.
func setEngine(c *cloud.Call, aurora bool) error {
	name := c.Text("engine")
	e, ok := engines()[name]
	if !ok || aurora && strings.HasPrefix(name, "sqlserver") {
		return invalid("Invalid DB engine")
	}
	c.SetDefault("engineVersion", e.version)
	c.Set("engineVersionActual", c.Text("engineVersion"))
	c.SetDefault("port", e.port)
	c.SetDefault("engineLifecycleSupport", "open-source-rds-extended-support")
	return nil
}

// defaultGroup returns the default parameter group of an engine: that of its major version.
func defaultGroup(c *cloud.Call) string {
	name, version := c.Text("engine"), c.Text("engineVersion")
	parts := strings.Split(version, ".")
	major := parts[0]
	if name == "mysql" || name == "mariadb" || name == "aurora-mysql" {
		major = strings.Join(parts[:min(2, len(parts))], ".")
	}
	return "default." + name + major
}

// classes is the form of instance classes: there is no fixed list.
//
// Source: "DB instance classes".
var classes = regexp.MustCompile(`^db\.([a-z][a-z0-9-]*\.[a-z0-9.]+|serverless)$`)

// checkMaster checks the user and the password of the administrator.
//
// Source: API reference of CreateDBInstance, MasterUsername and MasterUserPassword.
func checkMaster(c *cloud.Call, user, password string) error {
	if c.Object.Bool("manageMasterUserPassword") {
		return nil
	}
	text, engine := c.Text(password), c.Text("engine")
	longest := map[string]int{"mysql": 41, "mariadb": 41, "aurora-mysql": 41, "oracle": 30}[engine]
	if longest == 0 {
		longest = 128
	}
	switch {
	case len(text) < 8:
		return invalid("The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.")
	case len(text) > longest:
		return invalid("The parameter MasterUserPassword is not a valid password because it is longer than %d characters.",
			longest)
	case strings.ContainsAny(text, "/@\" "):
		return invalid("The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides " +
			"'/', '@', '\"', ' ' may be used.")
	}
	name := c.Text(user)
	reserved := map[string]string{"postgres": "admin rdsadmin", "aurora-postgresql": "admin rdsadmin", "mysql": "rdsadmin",
		"mariadb": "rdsadmin", "aurora-mysql": "rdsadmin"}[engine]
	if strings.Contains(" "+reserved+" ", " "+strings.ToLower(name)+" ") && name != "" {
		return invalid("MasterUsername %s cannot be used as it is a reserved word used by the engine", name)
	}
	if !regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]{0,62}$`).MatchString(name) {
		return invalid("The parameter MasterUsername must begin with a letter and contain only alphanumeric characters.")
	}
	return nil
}
