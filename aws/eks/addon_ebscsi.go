package eks

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// EBSCSI is the add-on that makes volumes for pods.
type EBSCSI struct {
	// Enabled says whether the add-on is there. Without it pods get no volumes of EBS. Default: true, and false in a cluster without node
	// groups.
	Enabled *bool `pulumi:"enabled"`
	AddonSettings
	// KMSKeyARNs are the keys that volumes may be encrypted with, by names of your choice: storage classes name them. Keys of EBS
	// itself need no entry. Default: none. Changing them updates the role of the driver.
	KMSKeyARNs config.Named[pulumi.StringInput] `pulumi:"kmsKeyArns" config:"plain"`
	// VolumeTags are added to every volume and snapshot that the driver makes from then on. Default: none.
	VolumeTags map[string]string `pulumi:"volumeTags"`
	// DefaultStorageClass makes a storage class that is taken where none is named. Its volumes are encrypted where the account encrypts all
	// volumes, and not elsewhere. Default: false.
	DefaultStorageClass bool `pulumi:"defaultStorageClass"`
}

var _ config.Validator = (*EBSCSI)(nil)

// Validate implements config.Validator.
func (e *EBSCSI) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	e.AddonSettings.Validate(report)
	e.check(report, nil, ebsCSIAddon)
	tags.Check(report, []string{"volumeTags"}, e.VolumeTags)
	if len(e.KMSKeyARNs) > 0 && (e.Identity.RoleARN != nil || e.Identity.Method == "none") {
		report.Add([]string{"kmsKeyArns"}, "the driver has no role of its own to allow it: allow it in the role that it uses")
	}
}

// settings returns the settings of the add-on.
func (e *EBSCSI) settings() AddonSettings {
	out, values := e.AddonSettings, map[string]any{}
	if len(e.VolumeTags) > 0 {
		values["controller"] = map[string]any{"extraVolumeTags": e.VolumeTags}
	}
	if e.DefaultStorageClass {
		values["defaultStorageClass"] = map[string]any{"enabled": true}
	}
	out.Configuration = merged(values, e.Configuration)
	if len(e.KMSKeyARNs) > 0 {
		out.Identity.InlinePolicies = config.Named[policy.Document]{"keys": keyUse(e.KMSKeyARNs)}
		maps.Copy(out.Identity.InlinePolicies, e.Identity.InlinePolicies)
	}
	return out
}

// keyUse is what a driver does that has volumes encrypted: EBS uses the key on its behalf, by grants. Source: "Amazon EBS CSI driver",
// aws-ebs-csi-driver.
func keyUse(keys config.Named[pulumi.StringInput]) policy.Document {
	var arns pulumi.StringArray
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		arns = append(arns, keys[name])
	}
	return policy.Document{Statements: []policy.Statement{
		{
			Effect:  policy.Allow,
			Actions: []string{"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"}, Resources: arns,
			Conditions: []policy.Condition{{
				Operator: "Bool", Key: pulumi.String("kms:GrantIsForAWSResource"), Values: pulumi.StringArray{pulumi.String("true")},
			}},
		},
		{Effect: policy.Allow, Actions: []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"}, Resources: arns},
	}}
}
