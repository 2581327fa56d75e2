// Package canonical encodes values as JSON and YAML that is always the same for the same value, so that a second run
// of a program shows no differences: policy documents, kubeconfigs, reports.
//
//	text, err := canonical.CompactJSON(policy) // {"Statement":[...],"Version":"2012-10-17"}
//
// [JSON] is for files that people read, [CompactJSON] for documents with a size limit (6,144 characters without white
// space for an IAM policy), [YAML] for kubeconfigs and manifests.
//
// # Values
//
// Values are encoded as by encoding/json, including json tags, MarshalJSON and MarshalText. That applies to YAML as
// well, so that a type has the same form in both.
//
// Keys are sorted by their bytes, including those of structs; of duplicate keys in a json.RawMessage, the last value
// is used. Lists keep their order. Numbers keep the digits of encoding/json, and those of a json.Number or a
// json.RawMessage are unchanged: 1.50 is not 1.5. Characters are not escaped for HTML. Invalid UTF-8 becomes U+FFFD.
//
// # Errors
//
// NaN, infinities, cyclic values, channels, functions and nesting deeper than encoding/json supports are errors.
// [YAML] also rejects numbers that exceed a float64, which YAML readers treat as strings. Every error contains the
// type of the value. A result is complete or nil.
//
// # Idempotency
//
// Decoding and encoding a text again changes nothing when numbers are decoded as json.Number
// (json.Decoder.UseNumber): a float64 cannot represent every number.
//
// This is not RFC 8785, the JSON Canonicalization Scheme, which rewrites numbers and sorts by UTF-16 for signatures.
package canonical
