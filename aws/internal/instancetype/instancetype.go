// Package instancetype reads the names of EC2 instance types. New types appear every month, so any name of the right
// shape is valid: only EC2 knows which ones exist, and in which zones (see package lookup).
package instancetype

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The architectures, as in the names of images.
const (
	X86 = "x86_64"
	ARM = "arm64"
)

// shape matches instance types: a family and a size.
var shape = regexp.MustCompile(`^[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9-]*$`)

// family matches families: letters, a generation, options, and details after a hyphen, as in m7gd, c7i-flex or
// p6e-gb200. Families of large memory instances, such as u-6tb1, have no generation. Source: "Amazon EC2 instance type
// naming conventions", Amazon EC2 Instance Types.
var family = regexp.MustCompile(`^([a-z]+)(?:[0-9]+([a-z]*))?(?:-([a-z0-9-]+))?$`)

// Check returns the problem with an instance type, "" for one that may exist.
func Check(text string) string {
	series, _, _ := parts(text)
	switch {
	case !shape.MatchString(text):
		return fmt.Sprintf("invalid instance type %q: use a family and a size, such as t3.micro, m7g.2xlarge or c7i-flex.large",
			text)
	case series == "mac":
		return text + " requires a dedicated host, which is not supported: use another type"
	}
	return ""
}

// parts returns the letters, the options and the details of the family of a type, "" for those it does not have.
func parts(text string) (series, options, details string) {
	name, _, _ := strings.Cut(text, ".")
	m := family.FindStringSubmatch(name)
	if m == nil || !shape.MatchString(text) {
		return "", "", ""
	}
	return m[1], m[2], m[3]
}

// Architecture returns the architecture of a type. Types with ARM processors have a g after the generation, for those of
// AWS, or gb after the hyphen, for those of NVIDIA. The exception is a1.
func Architecture(text string) string {
	_, options, details := parts(text)
	if strings.Contains(options, "g") || strings.HasPrefix(details, "gb") || strings.HasPrefix(text, "a1.") {
		return ARM
	}
	return X86
}

// Burstable reports whether a type has CPU credits. Source: "Burstable performance instances", Amazon EC2 User Guide.
func Burstable(text string) bool {
	series, _, _ := parts(text)
	return series == "t"
}

// The accelerators.
const (
	nvidia = "nvidia"
	neuron = "neuron"
)

// HasAccelerator reports whether a type may have an accelerator: nvidia, or neuron for those of AWS. Types of unknown
// families may have any.
func HasAccelerator(text, accelerator string) bool {
	series, _, _ := parts(text)
	switch series {
	case "inf", "trn":
		return accelerator == neuron
	case "p", "g", "gr":
		return accelerator == nvidia && !strings.HasPrefix(text, "g4ad.") // Its accelerators are AMD's.
	}
	return !slices.Contains(plain(), series)
}

// plain returns the letters of families without accelerators of NVIDIA and AWS. Source: "Amazon EC2 instance types",
// Amazon EC2 Instance Types.
func plain() []string {
	return []string{
		"a", "c", "d", "dl", "f", "h", "hpc", "i", "im", "is", "m", "mac", "r", "t", "u", "vt", "x", "z",
	}
}
