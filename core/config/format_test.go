package config_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
)

// formatted has a field of each format.
type formatted struct {
	CIDR       string             `pulumi:"cidr" jsonschema:"format=cidr"`
	Version    string             `pulumi:"version" jsonschema:"format=semver"`
	Kubernetes string             `pulumi:"kubernetes" jsonschema:"format=kubernetes-version"`
	ARN        string             `pulumi:"arn" jsonschema:"format=arn"`
	Timeout    string             `pulumi:"timeout" jsonschema:"format=go-duration"`
	Image      pulumi.StringInput `pulumi:"image" jsonschema:"format=image"`
}

func TestFormats(t *testing.T) {
	t.Parallel()
	const (
		cidr       = "expected an address range in CIDR notation, such as 10.0.0.0/16"
		version    = "expected a semantic version, such as 1.26.2"
		kubernetes = `expected a Kubernetes version, such as "1.33" or "1.33.4"`
		arn        = "expected an Amazon Resource Name, such as arn:aws:iam::123456789012:role/deployer"
		duration   = "expected a duration with a unit, such as 30s, 10m or 1h30m"
		image      = "expected an image reference with a tag or digest, such as registry.example.com/web:1.4.2"
	)
	tests := map[string]struct {
		reason string
		args   formatted
		// want is empty for what is accepted.
		want string
	}{
		"CIDR":            {"an IPv4 range", formatted{CIDR: "10.0.0.0/16"}, ""},
		"CIDR6":           {"an IPv6 range", formatted{CIDR: "fd00::/48"}, ""},
		"Address":         {"an address is not a range", formatted{CIDR: "10.0.0.0"}, `cidr: found the string "10.0.0.0": ` + cidr},
		"HostBits":        {"a range starts at its first address", formatted{CIDR: "10.0.1.0/16"}, `cidr: found the string "10.0.1.0/16": ` + cidr + `; did you mean "10.0.0.0/16"?`},
		"Version":         {"a version", formatted{Version: "v1.2.3-rc.1+build"}, ""},
		"VersionRange":    {"a range is not a version", formatted{Version: "~1.2"}, `version: found the string "~1.2": ` + version},
		"Kubernetes":      {"a minor version", formatted{Kubernetes: "1.33"}, ""},
		"KubernetesPatch": {"a patch version", formatted{Kubernetes: "v1.33.4"}, ""},
		"KubernetesMinor": {"a major version alone", formatted{Kubernetes: "1"}, `kubernetes: found the string "1": ` + kubernetes},
		"ARN":             {"the partition of China, no region", formatted{ARN: "arn:aws-cn:iam::123456789012:role/x"}, ""},
		"ARNWithoutOwner": {"a bucket's name has no account", formatted{ARN: "arn:aws:s3:::logs"}, ""},
		"ARNCloudFront": {
			"an identity of CloudFront has spaces",
			formatted{ARN: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E15MNIMTCFKK4C"}, "",
		},
		"ARNSpace":         {"no space at the end", formatted{ARN: "arn:aws:s3:::logs "}, `arn: found the string "arn:aws:s3:::logs ": ` + arn},
		"ARNManagedPolicy": {"AWS's own policies", formatted{ARN: "arn:aws:iam::aws:policy/ReadOnlyAccess"}, ""},
		"RoleName":         {"a name is not an ARN", formatted{ARN: "deployer"}, `arn: found the string "deployer": ` + arn},
		"Duration":         {"a duration", formatted{Timeout: "1h30m"}, ""},
		"DurationNumber":   {"a unit is required", formatted{Timeout: "30"}, `timeout: found the string "30": ` + duration},
		"DurationNegative": {"a negative duration", formatted{Timeout: "-3s"}, `timeout: found the string "-3s": ` + duration},
		"Image":            {"a tag", formatted{Image: pulumi.String("registry.example.com:5000/web:1.4.2")}, ""},
		"ImageWithoutTag":  {"the port is not a tag", formatted{Image: pulumi.String("registry.example.com:5000/web")}, `image: found the string "registry.example.com:5000/web": ` + image},
		"ImageUnknown":     {"an output is not checked", formatted{Image: pulumi.String("").ToStringOutput()}, ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := config.Check("arguments", &tc.args)
			if tc.want == "" {
				require.NoError(t, err, tc.reason)
				return
			}
			assert.Equal(t, []string{tc.want}, findings(t, err), tc.reason)
		})
	}
}

// TestFormatsOfSecretsAreChecked: the shape of a secret is checked, its value is not
// shown.
func TestFormatsOfSecretsAreChecked(t *testing.T) {
	t.Parallel()
	section := []config.Section{config.NewSection[formatted]("formatted", nil)}
	loadSections(t, "config:\n  ashlar:formatted: { image: { secure: ':canary:' } }\n", section, func(_ *config.Manager, err error) {
		assert.Equal(t, []string{
			"Pulumi.dev.yaml:2:30: formatted.image: found [secret]: expected an image reference with a tag or digest, " +
				"such as registry.example.com/web:1.4.2",
		}, findings(t, err))
	})
}
