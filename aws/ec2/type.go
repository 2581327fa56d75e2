package ec2

import (
	"fmt"
	"regexp"
	"strings"
)

// instanceType is the grammar of types: a family, a generation, what is special about it, and a size. Source: "Amazon EC2
// instance type naming conventions", Amazon EC2 Instance Types.
var instanceType = regexp.MustCompile(
	`^(([a-z]+)([0-9]+)([a-z][a-z0-9-]*)?|u-[0-9]+tb[0-9])\.(nano|micro|small|medium|large|[0-9]*xlarge|metal(-[0-9]+xl)?)$`)

func checkInstanceType(text string) string {
	m := instanceType.FindStringSubmatch(text)
	switch {
	case m == nil:
		return fmt.Sprintf("found %q, expected a family and a size, such as t3.micro, m7g.2xlarge or c7i-flex.large", text)
	case m[2] == "mac":
		return "Macs stand on dedicated hosts and run macOS: this component does not make them"
	}
	return ""
}

// The architectures, as images call them.
const (
	x86 = "x86_64"
	arm = "arm64"
)

// architecture returns the one of a type. Those with AWS's or NVIDIA's ARM processors have a g after the generation, but for the
// first one.
func architecture(text string) string {
	m := instanceType.FindStringSubmatch(text)
	switch {
	case m == nil:
		return x86
	case m[1] == "a1", strings.Contains(m[4], "g"):
		return arm
	}
	return x86
}
