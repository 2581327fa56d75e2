package credentials

import (
	"crypto/subtle"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// Redacted and RedactedEmpty are what a [Secret] shows instead of its value:
// the first when it holds one, the second when it does not.
const (
	Redacted      = "[secret]"
	RedactedEmpty = "[no secret]"
)

// Secret is a value that never shows itself. Whatever prints, logs or encodes
// it, alone or deep inside other values, gets [Redacted] or, where the value
// cannot answer for itself, the address of a function. Only [Secret.Reveal]
// gives the value away. It cannot be encoded with encoding/gob, nor decoded from
// anything.
//
// The zero value holds nothing. Secrets are compared with [Secret.Equal] and are
// safe for concurrent use.
type Secret struct {
	// A closure keeps the value from printers that reach unexported fields, on
	// which fmt calls no methods.
	reveal func() string
}

var (
	_ fmt.Formatter          = Secret{}
	_ fmt.Stringer           = Secret{}
	_ json.Marshaler         = Secret{}
	_ encoding.TextMarshaler = Secret{}
	_ slog.LogValuer         = Secret{}
)

// NewSecret returns a secret that holds value. An empty value gives the zero
// secret.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return value }}
}

// Reveal returns the value, empty when there is none. It is the only way out:
// hand the result straight to what needs it, such as pulumi.ToSecret.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether the secret holds no value.
func (s Secret) IsZero() bool { return s.reveal == nil }

// Equal reports whether both secrets hold the same value. The time it takes
// does not tell how much of two values of one length agrees.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Reveal()), []byte(other.Reveal())) == 1
}

// String returns [Redacted] or [RedactedEmpty].
func (s Secret) String() string {
	if s.IsZero() {
		return RedactedEmpty
	}
	return Redacted
}

// Format implements fmt.Formatter: every verb and flag writes what String
// returns.
func (s Secret) Format(f fmt.State, _ rune) {
	// What a fmt.State cannot take is its writer's to report.
	_, _ = io.WriteString(f, s.String())
}

// MarshalJSON returns what String returns as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// MarshalText returns what String returns.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalYAML returns what String returns, for the YAML packages that ask for
// it.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
