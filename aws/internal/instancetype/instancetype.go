// Package instancetype reads the names of EC2 instance types.
package instancetype

import (
	"fmt"
	"regexp"
	"strings"
)

// The architectures, as in the names of images.
const (
	X86 = "x86_64"
	ARM = "arm64"
)

// pattern matches instance types: a family, a generation, options, and a size. Source: "Amazon EC2
// instance type naming conventions", Amazon EC2 Instance Types.
var pattern = regexp.MustCompile(
	`^(([a-z]+)([0-9]+)([a-z][a-z0-9-]*)?|u-[0-9]+tb[0-9])\.(nano|micro|small|medium|large|[0-9]*xlarge|metal(-[0-9]+xl)?)$`)

// Check returns the problem with an instance type, "" for a valid one.
func Check(text string) string {
	m := pattern.FindStringSubmatch(text)
	switch {
	case m == nil:
		return fmt.Sprintf("invalid instance type %q: use a family and a size, such as t3.micro, m7g.2xlarge or c7i-flex.large",
			text)
	case m[2] == "mac":
		return text + " requires a dedicated host, which is not supported: use another type"
	}
	return ""
}

// Architecture returns the architecture of a type. Types with ARM processors of AWS or NVIDIA have a g after the
// generation, except for a1.
func Architecture(text string) string {
	m := pattern.FindStringSubmatch(text)
	switch {
	case m == nil:
		return X86
	case m[1] == "a1", strings.Contains(m[4], "g"):
		return ARM
	}
	return X86
}

// Accelerator returns the accelerator of a type: nvidia, neuron for those of AWS, or "" for none.
func Accelerator(text string) string {
	m := pattern.FindStringSubmatch(text)
	switch {
	case m == nil:
		return ""
	case m[2] == "inf", m[2] == "trn":
		return "neuron"
	case m[2] == "p", m[2] == "g", m[2] == "gr":
		// Its accelerators are AMD's.
		if m[1] == "g4ad" {
			return ""
		}
		return "nvidia"
	}
	return ""
}
