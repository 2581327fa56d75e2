package credentials

import (
	"crypto/subtle"
	"encoding"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// Redacted and RedactedEmpty replace the value of a [Secret], which is empty for RedactedEmpty.
const (
	Redacted      = "[secret]"
	RedactedEmpty = "[no secret]"
)

// Secret is a sensitive value. Printing, logging and encoding it, alone or inside another value, gives [Redacted] or,
// where no method is called, the address of a function. Only [Secret.Reveal] returns the value. A secret cannot be
// encoded with encoding/gob and cannot be decoded.
//
// The zero value is empty. Compare secrets with [Secret.Equal]. They are safe for concurrent use.
type Secret struct {
	// A closure hides the value from printers that read unexported fields, on which fmt calls no methods.
	reveal func() string
}

var (
	_ fmt.Formatter          = Secret{}
	_ fmt.Stringer           = Secret{}
	_ json.Marshaler         = Secret{}
	_ encoding.TextMarshaler = Secret{}
	_ slog.LogValuer         = Secret{}
)

// NewSecret returns a secret with a value. An empty value gives the zero secret.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{reveal: func() string { return value }}
}

// Reveal returns the value. Pass it directly to its consumer, such as pulumi.ToSecret.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return s.reveal == nil }

// Equal reports whether both secrets have the same value. It takes constant time for values of one length.
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

// Format implements fmt.Formatter. It writes the result of String for every verb and flag.
func (s Secret) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, s.String())
}

// MarshalJSON returns the result of String as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// MarshalText returns the result of String.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalYAML returns the result of String.
func (s Secret) MarshalYAML() (any, error) { return s.String(), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
