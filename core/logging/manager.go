package logging

import (
	"cmp"
	"errors"
	"io"
	"log/slog"
	"maps"
	"os"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Manager creates the loggers of a deployment, which have a level for each module and write to the same sinks. Create
// one with [NewManager]. It is safe for concurrent use.
type Manager struct {
	log      pulumi.Log
	level    slog.Level
	levels   map[string]Level
	redactor *redactor
	// file is nil without a file.
	file *sink
}

// NewManager returns a manager that writes to the Log of a context, and to the file of c if it has one. A file that
// cannot be opened and an invalid pattern are errors of the class failure.Configuration.
func NewManager(log pulumi.Log, c Configuration) (*Manager, error) {
	r, err := newRedactor(c.Redact)
	if err != nil {
		return nil, failure.Wrap(failure.Configuration, "read", SectionName+".redact", err)
	}
	m := &Manager{log: log, level: c.SlogLevel(), levels: maps.Clone(c.Modules), redactor: r}
	if c.File == "" {
		return m, nil
	}
	f, err := os.OpenFile(c.File, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, failure.Wrap(failure.Configuration, "open", SectionName+".file "+c.File, err)
	}
	m.file = &sink{w: f}
	return m, nil
}

// Logger returns the logger without a module.
func (m *Manager) Logger() *slog.Logger { return m.logger(m.level) }

// Module returns the logger of a module, whose records have the attribute module.
func (m *Manager) Module(name string) *slog.Logger {
	level := m.level
	if own, ok := m.levels[name]; ok {
		level = slogLevel(string(cmp.Or(own, "info")))
	}
	return m.logger(level).With(Module(name))
}

func (m *Manager) logger(level slog.Level) *slog.Logger {
	engine := newHandler(m.log, level, m.redactor)
	if m.file == nil {
		return slog.New(engine)
	}
	return slog.New(slog.NewMultiHandler(engine, newFileHandler(m.file, level, m.redactor)))
}

// Redact registers secrets, such as resolved credentials, which are redacted in all later records, also within longer
// text. Secrets of less than six characters are ignored.
func (m *Manager) Redact(secrets ...string) { m.redactor.add(secrets) }

// Close closes the file. It returns the first error of writing to it, which did not stop the deployment.
func (m *Manager) Close() error {
	if m.file == nil {
		return nil
	}
	return failure.Wrap(failure.Configuration, "write", SectionName+".file", m.file.close())
}

// newFileHandler returns a handler that writes lines of JSON.
func newFileHandler(w io.Writer, level slog.Leveler, r *redactor) slog.Handler {
	return slog.NewJSONHandler(w, &slog.HandlerOptions{
		Level: level,
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if found, ok := resourceOf(a); ok {
				return describe(found)
			}
			return r.attr(a)
		},
	})
}

// sink is a file that stores its first error.
type sink struct {
	mu  sync.Mutex
	w   io.WriteCloser
	err error
}

// Write implements io.Writer. It never fails, so that a full disk does not prevent records from reaching the engine.
func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.w.Write(p); err != nil && s.err == nil {
		s.err = err
	}
	return len(p), nil
}

func (s *sink) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := errors.Join(s.err, s.w.Close())
	s.err = nil
	return err
}
