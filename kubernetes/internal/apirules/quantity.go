package apirules

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// CPU parses an amount of CPU, and returns what is wrong with it, or "". The API server rounds amounts up to a thousandth
// of a core, so that a finer one would be an update in every deployment.
//
// Source: "Resource Management for Pods and Containers", Kubernetes documentation.
func CPU(text string) (resource.Quantity, string) {
	q, problem := positive(text, "100m or 2")
	rounded := q.DeepCopy()
	switch {
	case problem != "":
	case strings.ContainsAny(text[len(text)-1:], "kMGTPEi"):
		problem = fmt.Sprintf("found the string %q, which is %s cores: write the number of cores, such as 2 or 500m", text, q.AsDec())
	case !rounded.RoundUp(resource.Milli):
		problem = fmt.Sprintf("found the string %q, which is finer than a thousandth of a core: write %s", text, &rounded)
	}
	return q, problem
}

// smallestMemory is less than any container can start with.
const smallestMemory = 64 << 10

// Memory parses an amount of memory, and returns what is wrong with it, or "". Sources as for [CPU].
func Memory(text string) (resource.Quantity, string) {
	q, problem := positive(text, "128Mi")
	rounded := q.DeepCopy()
	switch {
	case problem != "":
	case !rounded.RoundUp(0) || q.CmpInt64(smallestMemory) < 0:
		problem = fmt.Sprintf("found the string %q, which is %s bytes: %s", text, q.AsDec(), withUnit(text))
	}
	return q, problem
}

// withUnit tells which amount of memory was probably meant by a number without a unit or with the one of CPU.
func withUnit(text string) string {
	meant := strings.TrimSuffix(text, "m") + "Mi"
	if q, err := resource.ParseQuantity(meant); err != nil || q.CmpInt64(smallestMemory) < 0 {
		return "add a unit, such as 128Mi or 1Gi"
	}
	return fmt.Sprintf("did you mean %q?", meant)
}

// positive parses a quantity above zero.
func positive(text, example string) (resource.Quantity, string) {
	q, err := resource.ParseQuantity(text)
	if err != nil || q.Sign() <= 0 {
		return q, fmt.Sprintf("found the string %q, expected a positive quantity such as %s", text, example)
	}
	return q, ""
}

// Canonical returns a valid quantity as the API server stores it, so that a refresh finds no drift. Text that is no quantity,
// such as the empty string, is returned as it is.
func Canonical(text string) string {
	q, err := resource.ParseQuantity(text)
	if err != nil {
		return text
	}
	return q.String()
}
