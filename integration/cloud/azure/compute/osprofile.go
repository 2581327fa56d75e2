package compute

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/vmsize"
)

// reservedUsers are names that administrators cannot have. Source: "Frequently asked questions about Linux Virtual Machines",
// and "about Windows Virtual Machines".
func reservedUsers() []string {
	return []string{"1", "123", "a", "actuser", "adm", "admin", "admin1", "admin2", "administrator", "aspnet", "backup",
		"console", "david", "guest", "john", "owner", "root", "server", "sql", "support", "support_388945a0", "sys", "test",
		"test1", "test2", "test3", "user", "user1", "user2", "user3", "user4", "user5"}
}

var (
	publicKey = regexp.MustCompile(`^(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/]+=*( [^\n]*)?\s*$`)
	hostName  = regexp.MustCompile(`^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$`)
	digits    = regexp.MustCompile(`^[0-9]+$`)
)

// setSystem checks the settings of the operating system, and sets its defaults. Azure never answers with secrets.
func setSystem(c *cloud.Call, _ vmsize.Size) error {
	profile := c.Object.Block("osProfile")
	if block(block(c.Object.Block("storageProfile"), "osDisk"), "managedDisk")["id"] != nil && len(profile) == 0 {
		return nil // The OS disk exists already.
	}
	windows := len(block(profile, "windowsConfiguration")) > 0
	if len(profile) == 0 {
		return invalid("Required parameter 'osProfile' is missing (null).")
	}
	if err := checkHost(cloud.Text(profile, "computerName"), windows); err != nil {
		return err
	}
	if slices.Contains(reservedUsers(), strings.ToLower(cloud.Text(profile, "adminUsername"))) ||
		cloud.Text(profile, "adminUsername") == "" {
		return invalid("The Admin Username specified is not allowed.")
	}
	if data := cloud.Text(profile, "customData"); data != "" {
		if _, err := base64.StdEncoding.DecodeString(data); err != nil {
			return invalid("Custom data in OSProfile must be in Base64 encoding and with a maximum length of 87380 characters.")
		}
	}
	check := checkLinux
	if windows {
		check = checkWindows
	}
	if err := check(profile); err != nil {
		return err
	}
	cloud.Fill(profile, map[string]any{"secrets": []any{}, "allowExtensionOperations": true,
		"requireGuestProvisionSignal": true})
	for _, secret := range []string{"adminPassword", "customData"} {
		delete(profile, secret)
	}
	c.Set("osProfile", profile)
	return nil
}

func checkHost(name string, windows bool) error {
	longest := 64
	if windows {
		longest = 15
	}
	if len(name) == 0 || len(name) > longest || !hostName.MatchString(name) || digits.MatchString(name) {
		return invalid("%s computer name '%s' cannot be more than %d characters long, be entirely numeric, or contain other "+
			"characters than letters, digits, periods and hyphens.", map[bool]string{true: "Windows", false: "Linux host"}[windows],
			name, longest)
	}
	return nil
}

// checkLinux checks the administrator of Linux.
func checkLinux(profile map[string]any) error {
	linux := block(profile, "linuxConfiguration")
	keys := cloud.Objects(block(linux, "ssh")["publicKeys"])
	password := cloud.Text(profile, "adminPassword")
	only := linux["disablePasswordAuthentication"] == true
	switch {
	case only && len(keys) == 0, !only && password == "" && len(keys) == 0:
		return invalid("Authentication using either SSH or by user name and password must be enabled in Linux profile.")
	case only && password != "":
		return invalid("Parameter 'adminPassword' is not allowed with disablePasswordAuthentication.") // From memory.
	}
	for _, key := range keys {
		path := "/home/" + cloud.Text(profile, "adminUsername") + "/.ssh/authorized_keys"
		if cloud.Text(key, "path") != path {
			return invalid("Destination path for SSH public keys is currently limited to its default value %s due to a known issue "+
				"in Linux provisioning agent.", path)
		}
		if !publicKey.MatchString(cloud.Text(key, "keyData")) {
			return invalid("The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid.")
		}
	}
	if password != "" {
		return checkPassword(password)
	}
	return checkPatches(linux)
}

// checkWindows checks the administrator of Windows.
func checkWindows(profile map[string]any) error {
	if err := checkPassword(cloud.Text(profile, "adminPassword")); err != nil {
		return err
	}
	return checkPatches(block(profile, "windowsConfiguration"))
}

// checkPassword checks the strength of a password: at least 12 characters of three of four kinds.
func checkPassword(password string) error {
	kinds := 0
	for _, kind := range []string{"[a-z]", "[A-Z]", "[0-9]", "[^a-zA-Z0-9]"} {
		if regexp.MustCompile(kind).MatchString(password) {
			kinds++
		}
	}
	if len(password) < 12 || len(password) > 123 || kinds < 3 {
		return invalid("The supplied password must be between 12-123 characters long and must satisfy at least 3 of password " +
			"complexity requirements from the following: 1) Contains an uppercase character 2) Contains a lowercase character 3) " +
			"Contains a numeric digit 4) Contains a special character.")
	}
	return nil
}

// checkPatches checks that an agent installs the patches of the platform. Source: "Automatic Guest Patching for Azure Virtual
// Machines".
func checkPatches(configuration map[string]any) error {
	if block(configuration, "patchSettings")["patchMode"] == "AutomaticByPlatform" &&
		configuration["provisionVMAgent"] == false {
		return invalid("The patch mode AutomaticByPlatform requires provisionVMAgent.")
	}
	return nil
}
