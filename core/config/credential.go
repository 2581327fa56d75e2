package config

import (
	"regexp"
	"slices"
	"strings"
)

// Where credentials belong: package core/credentials reads them from there.
const (
	awsBelongs   = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, in the environment"
	azureBelongs = "ARM_CLIENT_ID with ARM_CLIENT_SECRET, ARM_CLIENT_CERTIFICATE_PATH or ARM_USE_OIDC, " +
		"in the environment"
	fileBelongs = "the kubeconfig of the cluster"
	environment = "environment variables"
	encrypted   = "an encrypted value in an option for secrets: pulumi config set --path --secret"
)

// credentialKeys maps common names of credentials, in lower case and without separators, to where they belong.
var credentialKeys = map[string]string{
	"accesskey": awsBelongs, "accesskeyid": awsBelongs, "awsaccesskeyid": awsBelongs, "secretkey": awsBelongs,
	"secretaccesskey": awsBelongs, "awssecretaccesskey": awsBelongs,
	"sessiontoken": awsBelongs, "awssessiontoken": awsBelongs,
	"clientsecret": azureBelongs, "armclientsecret": azureBelongs, "azureclientsecret": azureBelongs,
	"clientcertificatepassword": azureBelongs, "oidctoken": azureBelongs,
	"token": fileBelongs, "bearertoken": fileBelongs, "clientkey": fileBelongs, "clientkeydata": fileBelongs,
	"clientcertificate": fileBelongs, "clientcertificatedata": fileBelongs,
	"credentials": environment, "password": environment, "passphrase": environment,
}

var separators = strings.NewReplacer("-", "", "_", "", ".", "")

// credentialKey returns the message for an unknown key that is the name of a credential.
func credentialKey(key string, known []string) (message string, ok bool) {
	belongs, ok := credentialKeys[strings.ToLower(separators.Replace(key))]
	if !ok || slices.Contains(known, key) {
		return "", false
	}
	return "credentials are not supported in configuration: use " + belongs, true
}

// credentialVariables are the environment variables whose value is a credential by itself.
var credentialVariables = []string{
	"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ARM_CLIENT_SECRET", "ARM_CLIENT_CERTIFICATE_PASSWORD",
	"ARM_OIDC_TOKEN",
	"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE",
}

// credentialVariable returns the message for a plain value whose key is the name of such a variable.
func credentialVariable(key string) (message string, ok bool) {
	if !slices.Contains(credentialVariables, key) {
		return "", false
	}
	return "credential in plain text: use a workload identity, or " + encrypted, true
}

// credentialForms are the patterns of credentials. AWS and GitHub document their prefixes as unique.
var credentialForms = []struct {
	form      *regexp.Regexp
	what, use string
}{
	{regexp.MustCompile(`\b(AKIA|ASIA)[A-Z2-7]{16}\b`), "AWS access key", awsBelongs},
	{
		regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`), "private key", encrypted,
	},
	{
		regexp.MustCompile(`\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b`), "GitHub token", encrypted,
	},
}

// credentialValue returns the message for a plain text that contains a credential.
func credentialValue(text string) (message string, ok bool) {
	for _, c := range credentialForms {
		if c.form.MatchString(text) {
			return c.what + " in plain text: use " + c.use, true
		}
	}
	return "", false
}
