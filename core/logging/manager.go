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

// Manager makes the loggers of a deployment: each module has a level of its own,
// and all write to the same sinks. Make one with [NewManager]. It may be used by
// several goroutines at the same time.
type Manager struct {
	log      pulumi.Log
	level    slog.Level
	levels   map[string]Level
	redactor *redactor
	// file is nil without a second sink.
	file *sink
}

// NewManager returns a manager that writes to log, which is a context's Log, and
// to the file that c names, if it names one. A file that cannot be opened and a
// pattern that is none are errors of the class failure.Configuration.
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

// Logger returns the logger of what belongs to no module.
func (m *Manager) Logger() *slog.Logger { return m.logger(m.level) }

// Module returns the logger of a module. Its records name the module.
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

// Redact makes texts known as secrets, such as resolved credentials: from now on they
// show nowhere, also within longer texts. Texts of less than six characters are
// left as they are.
func (m *Manager) Redact(secrets ...string) { m.redactor.add(secrets) }

// Close ends the second sink. It returns the first error of writing to it, which
// did not stop the deployment.
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

// sink is a file whose first error is kept.
type sink struct {
	mu  sync.Mutex
	w   io.WriteCloser
	err error
}

// Write implements io.Writer. It never fails: a record must not be lost to the
// engine because a disk is full.
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
