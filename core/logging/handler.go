package logging

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// resourceKey is the key of the attribute that ties a record to a resource.
const resourceKey = "pulumi.resource"

// New returns a logger that writes to the engine of ctx. Records below level
// are dropped. A nil level means slog.LevelInfo.
func New(ctx *pulumi.Context, level slog.Leveler) *slog.Logger {
	return slog.New(NewHandler(ctx.Log, level))
}

// Nop returns a logger that drops everything.
func Nop() *slog.Logger { return slog.New(slog.DiscardHandler) }

// Resource returns an attribute that ties a record to a resource: the engine
// shows the record beside it. Given to Logger.With, it holds for every record
// of that logger.
func Resource(r pulumi.Resource) slog.Attr { return slog.Any(resourceKey, r) }

// handler renders attributes as text and passes records on to the engine.
type handler struct {
	log      pulumi.Log
	level    slog.Leveler
	resource pulumi.Resource

	// mu guards text, which renders into buffer. Both are shared by the
	// handlers that WithAttrs and WithGroup derive.
	mu     *sync.Mutex
	buffer *bytes.Buffer
	text   slog.Handler
}

var _ slog.Handler = (*handler)(nil)

// NewHandler returns a handler that writes to log, which is a context's Log.
// Attributes that hold outputs show as [output]: their values are not known
// yet and may be secret. A nil level means slog.LevelInfo.
func NewHandler(log pulumi.Log, level slog.Leveler) slog.Handler {
	if level == nil {
		level = slog.LevelInfo
	}
	buffer := &bytes.Buffer{}
	return &handler{
		log:    log,
		level:  level,
		mu:     &sync.Mutex{},
		buffer: buffer,
		text:   slog.NewTextHandler(buffer, &slog.HandlerOptions{Level: slog.Level(-100), ReplaceAttr: replace}),
	}
}

// replace drops what the engine shows by itself and what must not be shown.
func replace(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 {
		switch a.Key {
		case slog.TimeKey, slog.LevelKey, slog.MessageKey, resourceKey:
			return slog.Attr{}
		}
	}
	if _, ok := a.Value.Any().(pulumi.Output); ok {
		return slog.String(a.Key, "[output]")
	}
	return a
}

// Enabled implements slog.Handler.
func (h *handler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= h.level.Level()
}

// Handle implements slog.Handler.
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	resource := h.resource
	r.Attrs(func(a slog.Attr) bool {
		if found, ok := resourceOf(a); ok {
			resource = found
		}
		return true
	})
	message, err := h.render(ctx, r)
	if err != nil {
		return err
	}
	args := &pulumi.LogArgs{Resource: resource}
	switch {
	case r.Level >= slog.LevelError:
		return h.log.Error(message, args)
	case r.Level >= slog.LevelWarn:
		return h.log.Warn(message, args)
	case r.Level >= slog.LevelInfo:
		return h.log.Info(message, args)
	}
	return h.log.Debug(message, args)
}

func (h *handler) render(ctx context.Context, r slog.Record) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.buffer.Reset()
	if err := h.text.Handle(ctx, r); err != nil {
		return "", err
	}
	return strings.TrimSpace(r.Message + " " + h.buffer.String()), nil
}

// WithAttrs implements slog.Handler.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	out := *h
	for _, a := range attrs {
		if found, ok := resourceOf(a); ok {
			out.resource = found
		}
	}
	out.text = h.text.WithAttrs(attrs)
	return &out
}

// WithGroup implements slog.Handler.
func (h *handler) WithGroup(name string) slog.Handler {
	out := *h
	out.text = h.text.WithGroup(name)
	return &out
}

func resourceOf(a slog.Attr) (pulumi.Resource, bool) {
	if a.Key != resourceKey {
		return nil, false
	}
	r, ok := a.Value.Any().(pulumi.Resource)
	return r, ok
}
