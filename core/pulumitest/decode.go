package pulumitest

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Decode returns a resource's inputs as a value of a Go type, by way of JSON:
// an object of Kubernetes' own API, a struct of the test. Secrets are opened. An
// input that the type has no field for ends the test, and so does an unknown one
// where the type has no use for a text.
func Decode[T any](tb testing.TB, r *Registration) T {
	tb.Helper()
	return DecodeProperties[T](tb, r.Inputs)
}

// DecodeProperties is [Decode] for any properties.
func DecodeProperties[T any](tb testing.TB, values resource.PropertyMap) T {
	tb.Helper()
	var out T
	text, err := json.Marshal(plainMap(values, opened))
	if err != nil {
		tb.Fatalf("decode properties as %T: %v", out, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&out); err != nil {
		tb.Fatalf("decode properties as %T: %v", out, err)
	}
	return out
}
