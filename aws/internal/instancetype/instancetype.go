// Package machines knows what the names of EC2 instance types say.
package instancetype

import (
	"fmt"
	"regexp"
	"strings"
)

// The architectures, as images call them.
const (
	X86 = "x86_64"
	ARM = "arm64"
)

// pattern is the grammar of types: a family, a generation, what is special about it, and a size. Source: "Amazon EC2
// instance type naming conventions", Amazon EC2 Instance Types.
var pattern = regexp.MustCompile(
	`^(([a-z]+)([0-9]+)([a-z][a-z0-9-]*)?|u-[0-9]+tb[0-9])\.(nano|micro|small|medium|large|[0-9]*xlarge|metal(-[0-9]+xl)?)$`)

// Check returns what is wrong with a type, or nothing.
func Check(text string) string {
	m := pattern.FindStringSubmatch(text)
	switch {
	case m == nil:
		return fmt.Sprintf("found %q, expected a family and a size, such as t3.micro, m7g.2xlarge or c7i-flex.large", text)
	case m[2] == "mac":
		return "Macs stand on dedicated hosts and run macOS: this component does not make them"
	}
	return ""
}

// Architecture returns the one of a type. Those with AWS's or NVIDIA's ARM processors have a g after the generation, but for the
// first one.
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

// Accelerator returns whose accelerators a type has: nvidia or neuron, which are AWS's own, or none.
func Accelerator(text string) string {
	m := pattern.FindStringSubmatch(text)
	switch {
	case m == nil:
		return ""
	case m[2] == "inf", m[2] == "trn":
		return "neuron"
	case m[2] == "p", m[2] == "g", m[2] == "gr":
		// The exception has graphics of another maker.
		if m[1] == "g4ad" {
			return ""
		}
		return "nvidia"
	}
	return ""
}
