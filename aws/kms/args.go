package kms

import (
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// KeyArgs describes a [Key].
type KeyArgs struct {
	// Description says what the key is for. Default: the name of the component. Changing it updates the key.
	Description string `pulumi:"description" jsonschema:"maxLength=8192"`
	// Alias is a name for the key, unique in a region of an account, without alias/ in front. Default: the name of the component and random
	// digits. Changing it replaces the alias.
	Alias string `pulumi:"alias" jsonschema:"pattern=^[a-zA-Z0-9/_-]{1\\,250}$"`
	// DeletionWindowDays is for how many days a key that was destroyed can be brought back. Changing it updates the key.
	DeletionWindowDays *int `pulumi:"deletionWindowDays" jsonschema:"default=30,minimum=7,maximum=30"`
	// Rotation makes new key material from time to time. What was encrypted before is still decrypted. Changing it updates the key.
	Rotation *bool `pulumi:"rotation" jsonschema:"default=true"`
	// RotationDays is how many days a key's material is in use. Changing it updates the key.
	RotationDays *int `pulumi:"rotationDays" jsonschema:"default=365,minimum=90,maximum=2560"`
	// MultiRegion makes a key that can have replicas in other regions. Changing it replaces the key: what it encrypted is lost with it.
	MultiRegion bool `pulumi:"multiRegion"`
	// Delegation is what IAM policies of the account can allow with the key: to administer it, or all, which includes to encrypt and to
	// decrypt. With administration, only users and services that the key itself names use it. Changing it updates the key's policy.
	Delegation string `pulumi:"delegation" jsonschema:"default=administration,enum=administration,enum=all"`
	// Administrators are the ARNs of roles and users who administer the key, whatever IAM says. Default: those whom IAM policies of
	// the account let. Changing them updates the key's policy.
	Administrators pulumi.StringArrayInput `pulumi:"administrators" config:"plain"`
	// Users are the ARNs of roles and users who encrypt and decrypt with the key, themselves or through services of AWS, such as
	// volumes that they attach. Default: none. Changing them updates the key's policy.
	Users pulumi.StringArrayInput `pulumi:"users" config:"plain"`
	// Services are services of AWS that use the key on their own. Default: none. Changing them updates the key's policy.
	Services []Service `pulumi:"services"`
	// Statements are added to the key's policy. Default: none. Changing them updates the policy.
	Statements []policy.Statement `pulumi:"statements"`
	// Tags are added to the key. Changing them updates it.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// Service lets a service of AWS use a key for some resources.
type Service struct {
	// Name is that of the service's principal, such as logs, cloudtrail or delivery.logs. Required.
	Name string `pulumi:"name" jsonschema:"required,pattern=^[a-z0-9-]+(\\.[a-z0-9-]+)*$"`
	// Resources are the ARNs of the account's resources for which the service may use the key; * and ? stand for any characters.
	// Required: without them, the service could be made to use the key for anybody.
	Resources pulumi.StringArrayInput `pulumi:"resources" jsonschema:"required" config:"plain"`
}

var _ config.Validator = (*KeyArgs)(nil)

// Validate implements config.Validator.
func (a *KeyArgs) Validate(report *config.Report) {
	if strings.HasPrefix(a.Alias, "aws/") {
		report.Add([]string{"alias"}, "aliases that begin with aws/ are those of AWS: choose another one")
	}
	if strings.HasPrefix(a.Alias, "alias/") {
		report.Add([]string{"alias"}, "write it without alias/: %s", strings.TrimPrefix(a.Alias, "alias/"))
	}
	seen := map[string]bool{}
	for i, s := range a.Services {
		at := []string{"services", strconv.Itoa(i)}
		if strings.Contains(s.Name, "amazonaws") {
			report.Add(append(at, "name"), "found %q, expected the name alone, such as logs", s.Name)
		}
		if seen[s.Name] {
			report.Add(append(at, "name"), "%s stands here twice: put all resources into one entry", s.Name)
		}
		seen[s.Name] = true
		if list, ok := s.Resources.(pulumi.StringArray); ok && len(list) == 0 {
			report.Add(append(at, "resources"), "missing: name what the service may use the key for")
		}
	}
	tagging.Check(report, []string{"tags"}, a.Tags)
	if len(a.Statements) > 0 {
		(&policy.Document{Statements: a.Statements}).Report(report, nil, policy.Key)
	}
}
