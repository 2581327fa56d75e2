package config

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/Masterminds/semver/v3"
	"github.com/distribution/reference"
)

// format is a format of strings that the jsonschema tag of a field can set: jsonschema:"format=cidr".
type format struct {
	name string
	// check returns an error for a text of another format.
	check func(text string) error
	// expected describes the format in words, with an example.
	expected string
	// pattern is a regular expression of ECMAScript for editors. It accepts every text that check accepts.
	pattern string
}

// formats are the formats in addition to those of JSON Schema.
var formats = []format{
	{
		name: "cidr", check: checkCIDR,
		expected: "an address range in CIDR notation, such as 10.0.0.0/16",
		pattern:  `^[0-9a-fA-F.:]+/[0-9]{1,3}$`,
	},
	{
		name: "semver", check: checkVersion,
		expected: "a semantic version, such as 1.26.2",
		pattern:  `^v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)([-+].+)?$`,
	},
	{
		name: "kubernetes-version", check: matches(kubernetesVersion),
		expected: `a Kubernetes version, such as "1.33" or "1.33.4"`,
		pattern:  kubernetesVersion.String(),
	},
	{
		name: "arn", check: matches(arn),
		expected: "an Amazon Resource Name, such as arn:aws:iam::123456789012:role/deployer",
		pattern:  arn.String(),
	},
	{
		name: "go-duration", check: checkDuration,
		expected: "a duration with a unit, such as 30s, 10m or 1h30m",
		pattern:  `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$|^0$`,
	},
	{
		name: "image", check: checkImage,
		expected: "an image reference with a tag or digest, such as registry.example.com/web:1.4.2",
		pattern:  `^[^\s]+[:@][^\s]+$`,
	},
}

// The minor and patch versions of the Kubernetes project.
var kubernetesVersion = regexp.MustCompile(`^v?1\.(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]*))?$`)

// Source: "Identify AWS resources with Amazon Resource Names
// (ARNs)" in the IAM User Guide.
var arn = regexp.MustCompile(`^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12}|[a-z-]+)?:\S(.*\S)?$`)

// validate implements jsonschema.Format. Values of other types are left to the schema.
func (f format) validate(value any) error {
	text, ok := value.(string)
	if !ok {
		return nil
	}
	return f.check(text)
}

func matches(pattern *regexp.Regexp) func(string) error {
	return func(text string) error {
		if !pattern.MatchString(text) {
			return errors.New("another format")
		}
		return nil
	}
}

// checkCIDR rejects host addresses: clouds reject them as well, or mask them silently.
func checkCIDR(text string) error {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return err
	}
	if prefix != prefix.Masked() {
		return fmt.Errorf("the first address of the range is %s", prefix.Masked())
	}
	return nil
}

func checkVersion(text string) error {
	_, err := semver.StrictNewVersion(strings.TrimPrefix(text, "v"))
	return err
}

func checkDuration(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil {
		return err
	}
	if d < 0 {
		return errors.New("negative")
	}
	return nil
}

// checkImage rejects images without a version: each pull could get another one.
func checkImage(text string) error {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return err
	}
	if reference.IsNameOnly(named) {
		return errors.New("no version")
	}
	return nil
}

// formatAdvice describes a format, with a suggestion where the text, if it may be shown, is close.
func formatAdvice(name, text string) string {
	for _, f := range formats {
		if f.name != name {
			continue
		}
		advice := "expected " + f.expected
		if prefix, err := netip.ParsePrefix(text); err == nil && name == "cidr" {
			advice += fmt.Sprintf("; did you mean %q?", prefix.Masked())
		}
		return advice
	}
	return "expected the format " + name
}
