package cloud

import "fmt"

// Refusal is the error of a cloud that rejects a request.
type Refusal struct {
	// Code is the cloud's own.
	Code string
	// Message is the cloud's own, too.
	Message string
	// Text is the whole error. Default: "CODE: MESSAGE".
	Text string
}

// Error implements error.
func (r *Refusal) Error() string {
	if r.Text != "" {
		return r.Text
	}
	return r.Code + ": " + r.Message
}

// Refuse returns a [Refusal].
func Refuse(code, format string, args ...any) error {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}
