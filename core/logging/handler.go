package logging

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// New returns a logger that writes to the engine of ctx. Records below level
// are dropped. A nil level means slog.LevelInfo.
func New(ctx *pulumi.Context, level slog.Leveler) *slog.Logger {
	return slog.New(NewHandler(ctx.Log, level))
}

// Nop returns a logger that drops everything: the default of libraries that are
// given none.
func Nop() *slog.Logger { return slog.New(slog.DiscardHandler) }

// NewHandler returns a handler that writes to log, which is a context's Log. A
// nil level means slog.LevelInfo. Secrets are taken out as the package says.
func NewHandler(log pulumi.Log, level slog.Leveler) slog.Handler {
	return newHandler(log, level, &redactor{patterns: builtIn})
}

// engineHandler renders attributes as text and passes records on to the engine.
type engineHandler struct {
	log      pulumi.Log
	level    slog.Leveler
	resource pulumi.Resource
	redactor *redactor

	// mu guards text, which renders into buffer. Both are shared by the
	// handlers that WithAttrs and WithGroup derive.
	mu     *sync.Mutex
	buffer *bytes.Buffer
	text   slog.Handler
}

var _ slog.Handler = (*engineHandler)(nil)

// noMessage stands for the message while the attributes are rendered, and tells
// it from an attribute of the same key.
const noMessage = "\x00"

func newHandler(log pulumi.Log, level slog.Leveler, r *redactor) *engineHandler {
	if level == nil {
		level = slog.LevelInfo
	}
	buffer := &bytes.Buffer{}
	replace := func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 {
			// What the engine shows by itself.
			if _, ok := a.Value.Any().(slog.Level); ok && a.Key == slog.LevelKey {
				return slog.Attr{}
			}
			if a.Key == slog.MessageKey && a.Value.Kind() == slog.KindString && a.Value.String() == noMessage {
				return slog.Attr{}
			}
		}
		if _, ok := resourceOf(a); ok {
			return slog.Attr{}
		}
		return r.attr(a)
	}
	return &engineHandler{
		log:      log,
		level:    level,
		redactor: r,
		mu:       &sync.Mutex{},
		buffer:   buffer,
		text:     slog.NewTextHandler(buffer, &slog.HandlerOptions{Level: slog.Level(-100), ReplaceAttr: replace}),
	}
}

// Enabled implements slog.Handler.
func (h *engineHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= h.level.Level()
}

// Handle implements slog.Handler.
func (h *engineHandler) Handle(ctx context.Context, r slog.Record) error {
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

func (h *engineHandler) render(ctx context.Context, r slog.Record) (string, error) {
	message := h.redactor.text(r.Message)
	// A zero time is left out.
	attributes := r.Clone()
	attributes.Message, attributes.Time = noMessage, time.Time{}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.buffer.Reset()
	if err := h.text.Handle(ctx, attributes); err != nil {
		return "", err
	}
	return strings.TrimSpace(message + " " + h.buffer.String()), nil
}

// WithAttrs implements slog.Handler.
func (h *engineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
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
func (h *engineHandler) WithGroup(name string) slog.Handler {
	out := *h
	out.text = h.text.WithGroup(name)
	return &out
}
