package config

import (
	"regexp"
	"slices"
	"strings"
)

// Where credentials belong: package core/credentials reads them from there.
const (
	awsBelongs   = "the environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
	azureBelongs = "the environment: ARM_CLIENT_ID with ARM_CLIENT_SECRET, ARM_CLIENT_CERTIFICATE_PATH or ARM_USE_OIDC"
	fileBelongs  = "a kubeconfig, which clusters name"
)

// credentialKeys maps what people call credentials, in lower case and without
// separators, to where those belong.
var credentialKeys = map[string]string{
	"accesskey": awsBelongs, "accesskeyid": awsBelongs, "awsaccesskeyid": awsBelongs, "secretkey": awsBelongs,
	"secretaccesskey": awsBelongs, "awssecretaccesskey": awsBelongs, "sessiontoken": awsBelongs, "awssessiontoken": awsBelongs,
	"clientsecret": azureBelongs, "armclientsecret": azureBelongs, "azureclientsecret": azureBelongs,
	"clientcertificatepassword": azureBelongs, "oidctoken": azureBelongs,
	"token": fileBelongs, "bearertoken": fileBelongs, "clientkey": fileBelongs, "clientkeydata": fileBelongs,
	"clientcertificate": fileBelongs, "clientcertificatedata": fileBelongs,
	"credentials": "the environment", "password": "the environment", "passphrase": "the environment",
}

var separators = strings.NewReplacer("-", "", "_", "", ".", "")

// credentialKey says what to do about a key that no setting has and that means
// a credential.
func credentialKey(key string, known []string) (message string, ok bool) {
	belongs, ok := credentialKeys[strings.ToLower(separators.Replace(key))]
	if !ok || slices.Contains(known, key) {
		return "", false
	}
	return "a credential does not belong in configuration, but in " + belongs, true
}

// credentialVariables are the variables whose value is a credential by itself.
var credentialVariables = []string{
	"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "ARM_CLIENT_SECRET", "ARM_CLIENT_CERTIFICATE_PASSWORD", "ARM_OIDC_TOKEN",
	"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE",
}

// credentialVariable says what to do about a plain value that stands under the
// name of such a variable.
func credentialVariable(key string) (message string, ok bool) {
	if !slices.Contains(credentialVariables, key) {
		return "", false
	}
	return "a credential in the clear: let the workload have an identity instead, " +
		"or encrypt it in a setting that is made for secrets", true
}

// credentialForms are the forms by which credentials can be told from other
// text. Those of AWS and GitHub are documented as unique prefixes.
var credentialForms = []struct {
	form          *regexp.Regexp
	what, belongs string
}{
	{regexp.MustCompile(`\b(AKIA|ASIA)[A-Z2-7]{16}\b`), "an AWS access key", awsBelongs},
	{
		regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY-----`), "a private key",
		"a setting that is made for secrets, encrypted: pulumi config set --path --secret",
	},
	{
		regexp.MustCompile(`\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{82})\b`), "a GitHub token",
		"a setting that is made for secrets, encrypted: pulumi config set --path --secret",
	},
}

// credentialValue says what to do about a plain text that holds a credential.
func credentialValue(text string) (message string, ok bool) {
	for _, c := range credentialForms {
		if c.form.MatchString(text) {
			return c.what + " in the clear does not belong here, but in " + c.belongs, true
		}
	}
	return "", false
}
