package logging

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
)

// New returns a logger that writes to the engine of ctx. Records below level are dropped. Default, for nil:
// slog.LevelInfo.
func New(ctx *pulumi.Context, level slog.Leveler) *slog.Logger {
	return slog.New(NewHandler(ctx.Log, level))
}

// NewHandler returns a handler that writes to the Log of a context and redacts secrets. Default level, for nil:
// slog.LevelInfo.
func NewHandler(log pulumi.Log, level slog.Leveler) slog.Handler {
	return newHandler(log, level, &redactor{patterns: builtIn})
}

// engineHandler renders attributes as text and sends records to the engine.
type engineHandler struct {
	log      pulumi.Log
	level    slog.Leveler
	resource pulumi.Resource
	redactor *redactor

	// mu guards text, which renders to buffer. Derived handlers share both.
	mu     *sync.Mutex
	buffer *bytes.Buffer
	text   slog.Handler
}

var _ slog.Handler = (*engineHandler)(nil)

// noMessage replaces the message while attributes are rendered, to distinguish it from an attribute of the same key.
const noMessage = "\x00"

func newHandler(log pulumi.Log, level slog.Leveler, r *redactor) *engineHandler {
	if level == nil {
		level = slog.LevelInfo
	}
	buffer := &bytes.Buffer{}
	replace := func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 {
			// The engine shows these itself.
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
	// A zero time is omitted.
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

// resourceKey is the key of the attribute of a record's resource.
const resourceKey = "pulumi.resource"

// Resource returns an attribute that associates a record with a resource: the CLI shows the record next to it. With
// Logger.With, it applies to every record of the logger.
func Resource(r pulumi.Resource) slog.Attr { return slog.Any(resourceKey, r) }

// Module returns the attribute of a module.
func Module(name string) slog.Attr { return slog.String("module", name) }

// Provider returns the attributes of a provider: its name, and its region, account and cluster if they are known.
func Provider(p core.ProviderInfo) slog.Attr {
	attrs := []any{slog.String("name", p.Module+"/"+p.Name)}
	for _, a := range []slog.Attr{
		slog.String("region", p.Region), slog.String("account", p.Account), slog.String("cluster", p.Cluster),
	} {
		if a.Value.String() != "" {
			attrs = append(attrs, a)
		}
	}
	return slog.Group("provider", attrs...)
}

// resourceOf returns the resource of an attribute.
func resourceOf(a slog.Attr) (pulumi.Resource, bool) {
	if a.Key != resourceKey {
		return nil, false
	}
	r, ok := a.Value.Any().(pulumi.Resource)
	return r, ok
}

// describe returns the name and type of a resource without waiting for outputs.
func describe(r pulumi.Resource) slog.Attr {
	attrs := []any{slog.String("name", r.PulumiResourceName())}
	if typed, ok := r.(interface{ PulumiResourceType() string }); ok {
		attrs = append(attrs, slog.String("type", typed.PulumiResourceType()))
	}
	return slog.Group("resource", attrs...)
}
