// Package canonical writes JSON and YAML texts that are always the same for the
// same value, so that a second run of a program shows no difference: policy
// documents, kubeconfigs, reports.
//
//	text, err := canonical.CompactJSON(policy) // {"Statement":[...],"Version":"2012-10-17"}
//
// [JSON] is for files that people read, [CompactJSON] for documents whose size
// counts (an IAM policy may have 6,144 characters without white space), [YAML]
// for kubeconfigs and manifests.
//
// # Values
//
// A value is what encoding/json makes of it: tags named json, the methods
// MarshalJSON and MarshalText, omitted fields and all. That holds for YAML too,
// so that one type has one form in both.
//
// Keys are sorted by their bytes, those of structs as well, and a key that a
// json.RawMessage has twice counts once, with its last value. Lists keep their
// order. Numbers keep the digits that encoding/json gives them, and those of a
// json.Number or a json.RawMessage stay exactly what they are: 1.50 is not 1.5.
// No character is escaped for HTML. Bytes that are no UTF-8 become U+FFFD.
//
// # Errors
//
// NaN, infinities, values that contain themselves, channels and functions are
// errors, and so is nesting deeper than encoding/json reads. [YAML] also refuses
// a number that is too large for a float64, because readers of YAML take it for
// a string. Every error says what type it was about. A text is returned whole or
// not at all.
//
// # Again and again
//
// To read a text and write it again changes nothing, as long as numbers are read
// as json.Number (json.Decoder.UseNumber): a float64 does not hold every number.
//
// This is not RFC 8785, the JSON Canonicalization Scheme: that one rewrites
// numbers and sorts by UTF-16, for texts that are signed.
package canonical
