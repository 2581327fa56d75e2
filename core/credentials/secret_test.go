package credentials_test

import (
	"bytes"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/credentials"
)

// holder has a secret at every place that printers treat in their own way.
type holder struct {
	Exported credentials.Secret
	hidden   credentials.Secret
	pointer  *credentials.Secret
	Slice    []credentials.Secret
	Map      map[string]credentials.Secret
	Any      any
}

func holders() map[string]any {
	s := credentials.NewSecret(canary)
	h := holder{
		Exported: s, hidden: s, pointer: &s, Slice: []credentials.Secret{s},
		Map: map[string]credentials.Secret{"k": s}, Any: s,
	}
	return map[string]any{
		"Value": s, "Pointer": &s, "Slice": h.Slice, "Map": h.Map, "Struct": h, "PointerToStruct": &h,
		"SliceOfPointers": []*holder{&h}, "Array": [1]credentials.Secret{s}, "Any": []any{s, &s, h},
		"Result": credentials.AWS{SecretAccessKey: s, SessionToken: s},
	}
}

// requireNoCanary fails when text holds the canary or its hexadecimal form.
func requireNoCanary(t *testing.T, text string) {
	t.Helper()
	require.NotContains(t, text, canary)
	require.NotContains(t, strings.ToLower(text), hex.EncodeToString([]byte(canary)))
	require.NotContains(t, strings.ReplaceAll(strings.ToLower(text), " ", ""), hex.EncodeToString([]byte(canary)))
	decimals := make([]string, len(canary))
	for i := range len(canary) {
		decimals[i] = strconv.Itoa(int(canary[i]))
	}
	require.NotContains(t, text, strings.Join(decimals, " "))
}

func TestFormattingRedactsSecrets(t *testing.T) {
	t.Parallel()
	formats := []string{
		"%v", "%+v", "%#v", "%s", "%+s", "%#s", "%q", "%+q", "%#q", "%x", "% x", "%#x", "%X", "%d", "%t", "%c", "%U", "%b",
		"%o", "%O", "%e", "%E", "%f", "%F", "%g", "%G", "%p", "%#p", "%T", "%z", "%10v", "%-30v", "%.2v", "%.100s", "%w", "%",
	}
	for name, value := range holders() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, format := range formats {
				requireNoCanary(t, fmt.Sprintf(format, value))
				requireNoCanary(t, fmt.Errorf(format, value).Error())
			}
			requireNoCanary(t, fmt.Sprint(value))
			requireNoCanary(t, fmt.Sprintln(value))
		})
	}
	s := credentials.NewSecret(canary)
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		assert.Equal(t, credentials.Redacted, fmt.Sprintf(format, s))
	}
}

func TestEncodingRedactsSecrets(t *testing.T) {
	t.Parallel()
	encoders := map[string]func(value any) (string, error){
		"JSON": func(value any) (string, error) { b, err := json.Marshal(value); return string(b), err },
		"YAML": func(value any) (string, error) { b, err := yaml.Marshal(value); return string(b), err },
		"XML":  func(value any) (string, error) { b, err := xml.Marshal(value); return string(b), err },
		"gob": func(value any) (string, error) {
			var b bytes.Buffer
			err := gob.NewEncoder(&b).Encode(value)
			return b.String(), err
		},
		"slog text": func(value any) (string, error) {
			var b bytes.Buffer
			slog.New(slog.NewTextHandler(&b, nil)).Info("found", "value", value, slog.Group("g", "value", value))
			return b.String(), nil
		},
		"slog JSON": func(value any) (string, error) {
			var b bytes.Buffer
			slog.New(slog.NewJSONHandler(&b, nil)).Info("found", "value", value, slog.Group("g", "value", value))
			return b.String(), nil
		},
	}
	for name, encode := range encoders {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for kind, value := range holders() {
				text, err := encode(value)
				requireNoCanary(t, text)
				if err != nil {
					requireNoCanary(t, err.Error())
				}
				if kind == "Value" && name != "gob" {
					require.NoError(t, err)
					assert.Contains(t, text, credentials.Redacted)
				}
			}
		})
	}
	_, err := encoders["gob"](credentials.NewSecret(canary))
	require.Error(t, err, "gob would keep what cannot be read back")
	require.Error(t, json.Unmarshal([]byte(`{"Exported":"[secret]"}`), &holder{}), "what is redacted does not come back")
}

func TestSecretsCompareByValue(t *testing.T) {
	t.Parallel()
	a, b := credentials.NewSecret(canary), credentials.NewSecret(canary)
	assert.True(t, a.Equal(b))
	assert.False(t, a.Equal(credentials.NewSecret(canary+"x")))
	assert.Empty(t, cmp.Diff(a, b))
	diff := cmp.Diff(a, credentials.NewSecret(canary+"x"))
	assert.NotEmpty(t, diff)
	requireNoCanary(t, diff)
	requireNoCanary(t, errors.Join(fmt.Errorf("use %v: %w", a, errNotFound)).Error())
	assert.Equal(t, canary, a.Reveal())
}

var errNotFound = errors.New("not found")

func TestEmptySecretsAreRedactedAsEmpty(t *testing.T) {
	t.Parallel()
	for _, s := range []credentials.Secret{{}, credentials.NewSecret("")} {
		assert.True(t, s.IsZero())
		assert.Empty(t, s.Reveal())
		assert.Equal(t, credentials.RedactedEmpty, fmt.Sprintf("%#v", s))
	}
	assert.False(t, credentials.NewSecret(" ").IsZero())
	text, err := json.Marshal(struct {
		S credentials.Secret `json:"s,omitzero"`
	}{})
	require.NoError(t, err)
	assert.JSONEq(t, `{}`, string(text))
}
