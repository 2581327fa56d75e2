package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/debug"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/events"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optrefresh"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ashlar-iac/ashlar/integration/installation"
)

// Stack is a stack of an [Engine]. Use the embedded stack of the Automation API to set
// configuration and read outputs.
type Stack struct {
	auto.Stack

	// Progress receives the output of the CLI as it is printed. Default: none.
	Progress io.Writer
	// Debug enables debug messages of `pulumi up`.
	Debug bool

	engine   *Engine
	dir      string
	attached map[string]int
	printed  strings.Builder
}

// Result is the result of an operation.
type Result struct {
	// Output is the output of the CLI.
	Output string
	// Outputs are the outputs of the stack after an up.
	Outputs auto.OutputMap
	// Events are the events of the engine, in order.
	Events []events.EngineEvent
	// Changes are the numbers of resources by operation.
	Changes map[apitype.OpType]int
}

// Attach makes the stack use running providers: a port on the loopback interface for
// each package. It adds to the providers of earlier calls.
func (s *Stack) Attach(ports map[string]int) error {
	if s.attached == nil {
		s.attached = map[string]int{}
	}
	maps.Copy(s.attached, ports)
	var list []string
	for _, name := range slices.Sorted(maps.Keys(s.attached)) {
		list = append(list, name+":"+strconv.Itoa(s.attached[name]))
	}
	return s.Workspace().SetEnvVars(map[string]string{"PULUMI_DEBUG_PROVIDERS": strings.Join(list, ",")})
}

// UseExecutable makes a project run a compiled program, instead of compiling it in each run.
func (s *Stack) UseExecutable(path string) error {
	return s.Workspace().SetEnvVars(map[string]string{installation.ProgramVariable: path})
}

// Dir returns the folder of the project.
func (s *Stack) Dir() string { return s.dir }

// Preview runs `pulumi preview`. The result is never nil.
func (s *Stack) Preview(ctx context.Context) (*Result, error) {
	return s.run("preview", func(r *Result, w []io.Writer, ch chan<- events.EngineEvent) error {
		_, err := s.Stack.Preview(ctx, optpreview.ProgressStreams(w...), optpreview.ErrorProgressStreams(w...),
			optpreview.EventStreams(ch))
		return err
	})
}

// previewRefreshed runs `pulumi preview --refresh`.
func (s *Stack) previewRefreshed(ctx context.Context) (*Result, error) {
	return s.run("preview", func(r *Result, w []io.Writer, ch chan<- events.EngineEvent) error {
		_, err := s.Stack.Preview(ctx, optpreview.Refresh(), optpreview.ProgressStreams(w...),
			optpreview.ErrorProgressStreams(w...),
			optpreview.EventStreams(ch))
		return err
	})
}

// Up runs `pulumi up`. The result is never nil.
func (s *Stack) Up(ctx context.Context) (*Result, error) {
	return s.run("up", func(r *Result, w []io.Writer, ch chan<- events.EngineEvent) error {
		_, err := s.Stack.Up(context.WithValue(ctx, withoutOutputs{}, true), optup.ProgressStreams(w...),
			optup.ErrorProgressStreams(w...), optup.EventStreams(ch),
			optup.DebugLogging(debug.LoggingOptions{Debug: s.Debug}))
		if err != nil {
			return err
		}
		r.Outputs, err = s.Outputs(ctx)
		return err
	})
}

// Outputs returns the outputs of the stack. It reads the state, unless it requires the CLI: to decrypt secret outputs,
// or to show assets and references to resources.
func (s *Stack) Outputs(ctx context.Context) (auto.OutputMap, error) {
	state, err := s.State(ctx)
	if err != nil {
		return nil, err
	}
	out := auto.OutputMap{}
	for _, r := range state {
		if r.Type != resource.RootStackType {
			continue
		}
		encoded, err := json.Marshal(r.Outputs)
		if err != nil {
			return nil, fmt.Errorf("read outputs of stack %s: %w", s.Name(), err)
		}
		if bytes.Contains(encoded, []byte(resource.SigKey)) {
			return s.Stack.Outputs(ctx)
		}
		for name, v := range r.Outputs {
			out[name] = auto.OutputValue{Value: v}
		}
	}
	return out, nil
}

// Refresh runs `pulumi refresh`. The result is never nil.
func (s *Stack) Refresh(ctx context.Context) (*Result, error) {
	return s.run("refresh", func(r *Result, w []io.Writer, ch chan<- events.EngineEvent) error {
		_, err := s.Stack.Refresh(ctx, optrefresh.ProgressStreams(w...), optrefresh.ErrorProgressStreams(w...),
			optrefresh.EventStreams(ch))
		return err
	})
}

// Destroy runs `pulumi destroy`. The result is never nil.
func (s *Stack) Destroy(ctx context.Context) (*Result, error) {
	return s.run("destroy", func(r *Result, w []io.Writer, ch chan<- events.EngineEvent) error {
		_, err := s.Stack.Destroy(ctx, optdestroy.ProgressStreams(w...), optdestroy.ErrorProgressStreams(w...),
			optdestroy.EventStreams(ch))
		return err
	})
}

// run runs an operation and collects its output and events.
func (s *Stack) run(
	name string, operation func(*Result, []io.Writer, chan<- events.EngineEvent) error,
) (*Result, error) {
	r := &Result{Changes: map[apitype.OpType]int{}}
	var output strings.Builder
	writers := []io.Writer{&output, &s.printed}
	if s.Progress != nil {
		writers = append(writers, s.Progress)
	}
	ch, stop, done := make(chan events.EngineEvent), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case e, ok := <-ch:
				if !ok {
					return
				}
				r.Events = append(r.Events, e)
			case <-stop:
				return
			}
		}
	}()
	err := operation(r, writers, ch)
	// The channel is closed, unless the operation failed before its first event.
	select {
	case <-done:
	default:
		if err != nil {
			close(stop)
		}
		<-done
	}
	r.Output = output.String()
	for _, e := range r.Events {
		if e.SummaryEvent != nil {
			for op, n := range e.SummaryEvent.ResourceChanges {
				r.Changes[op] += n
			}
		}
	}
	if err != nil {
		return r, fmt.Errorf("%s stack %s: %w", name, s.Name(), shorten(err))
	}
	return r, nil
}

// shorten removes the output of the CLI, which the result contains, from an error.
func shorten(err error) error {
	text := err.Error()
	if i := strings.Index(text, "\ncode:"); i > 0 {
		text = text[:i]
	}
	return errors.New(text)
}
