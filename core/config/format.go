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

// format is a kind of text that a field can ask for with its jsonschema tag:
// jsonschema:"format=cidr".
type format struct {
	name string
	// check reports what is wrong with a text.
	check func(text string) error
	// expected says in words what is asked for, with an example.
	expected string
	// pattern is what an editor can check, in the regular expressions of
	// ECMAScript. It accepts all that check accepts.
	pattern string
}

// formats lists the formats of Ashlar.
var formats = []format{
	{
		name: "cidr", check: checkCIDR, expected: "an address range in CIDR notation, such as 10.0.0.0/16",
		pattern: `^[0-9a-fA-F.:]+/[0-9]{1,3}$`,
	},
	{
		name: "semver", check: checkVersion, expected: "a semantic version, such as 1.26.2",
		pattern: `^v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)([-+].+)?$`,
	},
	{
		name: "kubernetes-version", check: matches(kubernetesVersion), expected: `a Kubernetes version, such as "1.33" or "1.33.4"`,
		pattern: kubernetesVersion.String(),
	},
	{
		name: "arn", check: matches(arn), expected: "an Amazon Resource Name, such as arn:aws:iam::123456789012:role/deployer",
		pattern: arn.String(),
	},
	{
		name: "go-duration", check: checkDuration, expected: "a duration with a unit, such as 30s, 10m or 1h30m",
		pattern: `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$|^0$`,
	},
	{
		name: "image", check: checkImage, expected: "an image reference with a tag or digest, such as registry.example.com/web:1.4.2",
		pattern: `^[^\s]+[:@][^\s]+$`,
	},
}

// The Kubernetes project's versions: minor versions, and patch versions of
// them.
var kubernetesVersion = regexp.MustCompile(`^v?1\.(0|[1-9][0-9]?)(\.(0|[1-9][0-9]*))?$`)

// The form is that of "Identify AWS resources with Amazon Resource Names
// (ARNs)" in the IAM User Guide.
var arn = regexp.MustCompile(`^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12}|aws)?:\S+$`)

// validate implements the check of the JSON Schema validator. Values of other
// types are left to the schema.
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
			return errors.New("it has another form")
		}
		return nil
	}
}

// checkCIDR refuses addresses of hosts: clouds do, or mask them in silence.
func checkCIDR(text string) error {
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return err
	}
	if prefix != prefix.Masked() {
		return fmt.Errorf("the range starts at %s", prefix.Masked())
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
		return errors.New("it is negative")
	}
	return nil
}

// checkImage refuses images without a version: which one runs would change
// from pull to pull.
func checkImage(text string) error {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil {
		return err
	}
	if reference.IsNameOnly(named) {
		return errors.New("it has no version")
	}
	return nil
}

// formatAdvice says what a format asks for, and more where the text, if it may
// be known, shows what was meant.
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
