package naming

import (
	"fmt"
	"unicode/utf8"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// NameError is one reason why a name is refused or cannot be made. It is of the
// class failure.Configuration.
type NameError struct {
	// Kind is what the name is for, from the rule.
	Kind string
	// Name is what was refused, or what was to become a name, with spaces between
	// parts.
	Name string
	// Message says what is wrong and what to write instead. It makes sense without
	// the name too, behind the path of a configured value.
	Message string
}

var _ error = (*NameError)(nil)

// Error returns kind, name and message.
func (e *NameError) Error() string {
	return fmt.Sprintf("%s name %q: %s", e.Kind, shorten(e.Name), e.Message)
}

// Is reports whether target is failure.Configuration.
func (e *NameError) Is(target error) bool { return target == failure.Configuration }

// refusal collects the reasons against one name.
type refusal struct {
	kind, name string
	reasons    []error
}

func (r *refusal) add(format string, args ...any) {
	r.reasons = append(r.reasons, &NameError{Kind: r.kind, Name: r.name, Message: fmt.Sprintf(format, args...)})
}

func (r *refusal) err() error { return failure.Join(r.reasons...) }

// shorten cuts what is too long for a message.
func shorten(text string) string {
	const most = 120
	if len(text) <= most {
		return text
	}
	end := most
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "..."
}
