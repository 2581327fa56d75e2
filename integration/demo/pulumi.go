package demo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/integration/installation"
)

// event is what the demo uses of an event of the engine.
// Source: package apitype of the Pulumi SDK, EngineEvent.
type event struct {
	Timestamp   int   `json:"timestamp"`
	ResourcePre *step `json:"resourcePreEvent"`
	ResOutputs  *step `json:"resOutputsEvent"`
	Summary     *struct {
		Changes map[string]int `json:"resourceChanges"`
	} `json:"summaryEvent"`
}

type step struct {
	Metadata struct {
		Op  string `json:"op"`
		URN string `json:"urn"`
	} `json:"metadata"`
}

// stack is the stack of the demo.
type stack struct {
	pulumi *installation.Installation
	dir    string
	env    []string
	page   *page
}

// run runs the CLI on the stack. Its output goes to the log.
func (s *stack) run(ctx context.Context, args ...string) error {
	return s.command(ctx, s.page.output(), args...)
}

func (s *stack) command(ctx context.Context, stdout io.Writer, args ...string) error {
	err := s.pulumi.Run(ctx, installation.Command{
		// The flag --event-log is one of these.
		Dir: s.dir, Env: append(s.env, "PULUMI_DEBUG_COMMANDS=true"), Args: args, Stdout: stdout, Stderr: s.page.output(),
	})
	if err != nil {
		return fmt.Errorf("pulumi %s: %w", args[0], errors.Join(context.Cause(ctx), err))
	}
	return nil
}

// operate runs an operation, such as up, and returns its events. Meanwhile the step says how many resources are done.
func (s *stack) operate(ctx context.Context, operation, done string) ([]event, error) {
	path := filepath.Join(s.pulumi.Temporary(), fmt.Sprintf("%s-%d.json", operation, time.Now().UnixNano()))
	// The file exists before the CLI starts, so that it can be read from the beginning.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDONLY|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	events := &reader{from: file}
	ended := make(chan error, 1)
	go func() {
		ended <- s.run(ctx, operation, "--yes", "--skip-preview", "--stack", stackName, "--event-log", path)
	}()
	tick := time.NewTicker(liveInterval)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return events.all, errors.Join(err, events.read())
		case <-tick.C:
			if err := events.read(); err != nil {
				return nil, err
			}
			if n := events.count(); n > 0 {
				s.page.note("%s %s", counted(n, "resource"), done)
			} else {
				s.page.note("starting the program")
			}
		}
	}
}

// reader reads the events in a file that grows.
type reader struct {
	from io.Reader
	rest []byte
	all  []event
}

// read reads what is new. The last line may be incomplete.
func (r *reader) read() error {
	data, err := io.ReadAll(r.from)
	if err != nil {
		return fmt.Errorf("read the events of the engine: %w", err)
	}
	r.rest = append(r.rest, data...)
	end := bytes.LastIndexByte(r.rest, '\n') + 1
	lines := bufio.NewScanner(bytes.NewReader(r.rest[:end]))
	lines.Buffer(nil, end+1)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return fmt.Errorf("read an event of the engine: %w", err)
		}
		r.all = append(r.all, e)
	}
	r.rest = bytes.Clone(r.rest[end:])
	return lines.Err()
}

// count returns the number of resources that are done.
func (r *reader) count() int {
	done := map[string]struct{}{}
	for _, e := range r.all {
		if e.ResOutputs != nil {
			done[e.ResOutputs.Metadata.URN] = struct{}{}
		}
	}
	return len(done)
}

// changes returns the numbers of changed resources by operation, such as "create 2".
func changes(all []event) []string {
	sum := map[string]int{}
	for _, e := range all {
		if e.Summary != nil {
			for op, n := range e.Summary.Changes {
				sum[op] += n
			}
		}
	}
	var out []string
	for _, op := range slices.Sorted(maps.Keys(sum)) {
		if op != "same" && op != "read" && sum[op] > 0 {
			out = append(out, fmt.Sprintf("%s %d", op, sum[op]))
		}
	}
	return out
}

// resources returns the number of resources in the state.
func (s *stack) resources(ctx context.Context) (int, error) {
	var out bytes.Buffer
	if err := s.command(ctx, &out, "stack", "export", "--stack", stackName); err != nil {
		return 0, err
	}
	var state struct {
		Deployment struct {
			Resources []json.RawMessage `json:"resources"`
		} `json:"deployment"`
	}
	if err := json.Unmarshal(out.Bytes(), &state); err != nil {
		return 0, fmt.Errorf("read the state: %w", err)
	}
	return len(state.Deployment.Resources), nil
}

// part is a component whose duration the demo shows, with the token of its type.
type part struct{ name, token string }

// partTimes returns the duration of each component in an update: from the first to the last step of its resources. The
// engine reports whole seconds.
func partTimes(parts []part, all []event) []timed {
	var out []timed
	for _, part := range parts {
		first, last, resources := 0, 0, 0
		for _, e := range all {
			// The component itself is registered earlier, at the start of the program.
			if !in(e.ResourcePre, part.token) && !in(e.ResOutputs, part.token) {
				continue
			}
			if e.ResourcePre != nil {
				resources++
			}
			if first == 0 {
				first = e.Timestamp
			}
			last = e.Timestamp
		}
		if resources > 0 {
			out = append(out, timed{"  " + part.name, time.Duration(last-first) * time.Second,
				counted(resources, "resource")})
		}
	}
	return out
}

// in reports whether a step is one of a descendant of a component of the type.
func in(s *step, token string) bool {
	if s == nil {
		return false
	}
	// urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME
	fields := strings.SplitN(s.Metadata.URN, "::", 4)
	return len(fields) == 4 && strings.HasPrefix(fields[2], token+"$")
}
