package logging_test

import (
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/logging"
)

// recorder is a Log that remembers.
type recorder struct {
	mu    sync.Mutex
	lines []string
}

func (r *recorder) add(level, msg string, args *pulumi.LogArgs) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, fmt.Sprintf("%s|%s|%t", level, msg, args.Resource != nil))
	return nil
}

func (r *recorder) Debug(msg string, args *pulumi.LogArgs) error { return r.add("debug", msg, args) }
func (r *recorder) Info(msg string, args *pulumi.LogArgs) error  { return r.add("info", msg, args) }
func (r *recorder) Warn(msg string, args *pulumi.LogArgs) error  { return r.add("warn", msg, args) }
func (r *recorder) Error(msg string, args *pulumi.LogArgs) error { return r.add("error", msg, args) }

func TestHandler(t *testing.T) {
	t.Parallel()
	res := &pulumi.ResourceState{}
	tests := map[string]struct {
		reason string
		level  slog.Leveler
		log    func(*slog.Logger)
		want   []string
	}{
		"Levels": {
			reason: "each level has its kind of message, records below the minimum are dropped",
			log: func(l *slog.Logger) {
				l.Debug("d")
				l.Info("i")
				l.Warn("w")
				l.Error("e")
			},
			want: []string{"info|i|false", "warn|w|false", "error|e|false"},
		},
		"Debug": {
			reason: "the level is the caller's",
			level:  slog.LevelDebug,
			log:    func(l *slog.Logger) { l.Debug("d") },
			want:   []string{"debug|d|false"},
		},
		"Attributes": {
			reason: "attributes follow the message, those of the logger first",
			log:    func(l *slog.Logger) { l.With("module", "k").WithGroup("g").Info("made", "n", 3) },
			want:   []string{"info|made module=k g.n=3|false"},
		},
		"Resource": {
			reason: "a resource ties the record to itself and is not printed",
			log: func(l *slog.Logger) {
				l.Info("one", logging.Resource(res))
				l.With(logging.Resource(res)).Info("two")
			},
			want: []string{"info|one|true", "info|two|true"},
		},
		"Output": {
			reason: "an output may be secret, so it is not printed",
			log:    func(l *slog.Logger) { l.Info("got", "token", pulumi.String("canary").ToStringOutput()) },
			want:   []string{"info|got token=[output]|false"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &recorder{}
			tc.log(slog.New(logging.NewHandler(r, tc.level)))
			assert.Equal(t, tc.want, r.lines, tc.reason)
		})
	}
}

func TestHandlerIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	r := &recorder{}
	base := slog.New(logging.NewHandler(r, nil))
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() { base.With("n", i).Info("hello") })
	}
	wg.Wait()
	require.Len(t, r.lines, 50)
	for i := range 50 {
		assert.Contains(t, r.lines, fmt.Sprintf("info|hello n=%d|false", i))
	}
}

func TestConfiguredLevel(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	} {
		assert.Equal(t, want, (&logging.Configuration{Level: word}).SlogLevel())
	}
}
