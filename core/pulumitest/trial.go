package pulumitest

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// subject is the name of the component in every run.
const subject = "subject"

// mode is how one run creates the component.
type mode struct {
	// preview makes the run a preview, unknown replaces the inputs in the arguments by unknown outputs.
	preview, unknown bool
	// none passes nil arguments.
	none bool
	// twice creates a second component.
	twice bool
	// metadata installs the metadata.
	metadata bool
	// packages creates the component in a parent with an explicit provider for each package.
	packages []string
	// absent makes the arguments hold nil, foreign passes a provider of another package.
	absent, foreign bool
	// failing is the token of a function whose calls fail.
	failing string
}

// trial is the result of one run of the constructor.
type trial struct {
	recording *Recording
	// component is nil if the constructor failed. self is its registration.
	component pulumi.ComponentResource
	self      *Registration
	// made and calls are the resources and the calls of the constructor.
	made  []*Registration
	calls []*Invocation
	// refused is the error of the constructor, err that of the whole run. panicked is the panic of the constructor.
	refused, err error
	panicked     string
	// set are the keys of arguments that are set, changed the modifications by the constructor, replaced the inputs
	// that became unknown.
	set, changed, replaced []string
	// args is a pointer to the arguments, or nil.
	args any
	// tagged reports whether fields of the arguments have keys.
	tagged bool
}

// worked reports whether the component was created.
func (t *trial) worked() bool { return t.err == nil && t.refused == nil && t.self != nil }

// failure returns all errors, or nil.
func (t *trial) failure() error { return errors.Join(t.refused, t.err) }

// watch separates the resources and calls of the constructor from those of its arguments and parents.
type watch struct {
	mu       sync.Mutex
	making   bool
	fixtures map[string]bool
	calls    []*Invocation
}

func (w *watch) resource(typ, name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.making {
		w.fixtures[typ+" "+name] = true
	}
}

func (w *watch) call(i *Invocation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.making {
		w.calls = append(w.calls, i)
	}
}

func (w *watch) start() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.making = true
}

// try runs the constructor once.
func (s Suite[A, C]) try(m mode) *trial {
	t := &trial{}
	w := &watch{fixtures: map[string]bool{}}
	opts := append(slices.Clone(s.Options), withObservers(w.resource, w.call))
	if m.preview {
		opts = append(opts, Preview())
	}
	if m.failing != "" {
		opts = append(opts, failing(m.failing))
	}
	var args *A
	var before map[string]string
	t.recording, t.err = Record(func(ctx *pulumi.Context) error {
		if m.metadata && s.Metadata.Install != nil {
			if err := s.Metadata.Install(ctx); err != nil {
				return fmt.Errorf("install metadata: %w", err)
			}
		}
		if s.Args != nil && !m.none {
			args = s.Args(ctx)
		}
		if m.unknown {
			t.replaced = makeUnknown(args, s.Known)
		}
		if m.absent {
			t.replaced = makeAbsent(args)
		}
		opts, err := nest(ctx, m.packages)
		if err != nil {
			return err
		}
		if m.foreign {
			p := &explicit{}
			if err := ctx.RegisterResource("pulumi:providers:"+foreignPackage, explicitName(foreignPackage), nil, p); err != nil {
				return err
			}
			opts = append(opts, pulumi.Provider(p))
		}
		before = snapshot(args)
		w.start()
		t.refused = t.construct(func() error {
			component, err := s.New(ctx, subject, args, opts...)
			if err == nil {
				t.component = component
			}
			return err
		})
		if m.twice && t.refused == nil {
			t.refused = t.construct(func() error {
				_, err := s.New(ctx, subject+"-2", args, opts...)
				return err
			})
		}
		return nil
	}, opts...)
	if before != nil { // the constructor was called
		t.changed = differences(before, snapshot(args))
	}
	t.args = args
	t.set, t.tagged = keysOf(reflect.ValueOf(args))
	t.collect(s.Token, w)
	return t
}

// construct calls a constructor and catches its panic.
func (t *trial) construct(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			t.panicked = fmt.Sprintf("%v\n%s", p, debug.Stack())
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f()
}

// collect sets the resources and calls of the constructor.
func (t *trial) collect(token string, w *watch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	t.calls = w.calls
	for _, r := range t.recording.Resources {
		if w.fixtures[r.Type+" "+r.Name] {
			continue
		}
		t.made = append(t.made, r)
		if r.Type == token && r.Name == subject && t.self == nil {
			t.self = r
		}
	}
}

// outer is the parent of the component.
type outer struct{ pulumi.ResourceState }

// explicit is a provider of any package.
type explicit struct{ pulumi.ProviderResourceState }

// nest creates a component with an explicit provider for each package, and returns
// the options of its children. Without packages it does nothing.
func nest(ctx *pulumi.Context, packages []string) ([]pulumi.ResourceOption, error) {
	if len(packages) == 0 {
		return nil, nil
	}
	var providers []pulumi.ProviderResource
	for _, name := range packages {
		p := &explicit{}
		if err := ctx.RegisterResource("pulumi:providers:"+name, explicitName(name), nil, p); err != nil {
			return nil, err
		}
		providers = append(providers, p)
	}
	o := &outer{}
	err := ctx.RegisterComponentResource("pulumitest:index:Outer", "outer", o, pulumi.Providers(providers...))
	if err != nil {
		return nil, err
	}
	return []pulumi.ResourceOption{pulumi.Parent(o)}, nil
}

func explicitName(name string) string { return "explicit-" + name }

var errFailing = errors.New("the function fails in this test")

// failing makes the calls of a function fail.
func failing(token string) Option {
	return option(func(s *settings) {
		fail := func(i Invocation) (resource.PropertyMap, error) {
			if i.Token != token {
				return nil, nil
			}
			return nil, errFailing
		}
		s.invokes, s.calls = append(s.invokes, fail), append(s.calls, fail)
	})
}

// packages returns the packages of the component's resources and calls, sorted.
func (t *trial) packages() []string {
	names := map[string]bool{}
	for _, r := range t.recording.Descendants(t.self.URN) {
		if r.Custom {
			names[r.Package()] = true
		}
	}
	for _, i := range t.calls {
		names[i.Package()] = true
	}
	// The engine itself provides explicit providers and stack references.
	delete(names, "pulumi")
	return slices.Sorted(maps.Keys(names))
}
