package pulumitest

import (
	"regexp"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// TokenPattern is the shape of tokens in this library: ashlar-MODULE:PACKAGE:Type.
const TokenPattern = `^ashlar-[a-z]+:[a-z][a-z0-9]*(/[a-z][a-z0-9]*)*:[A-Z][A-Za-z0-9]*$`

// Suite describes a component for [Conform]. A is the type of its arguments, C
// that of the component, a pointer.
type Suite[A any, C pulumi.ComponentResource] struct {
	// Token is the type that the component registers. Required.
	Token string
	// TokenPattern is the regular expression that Token has to match. Default: [TokenPattern].
	TokenPattern string
	// New is the component's constructor. Required.
	New func(ctx *pulumi.Context, name string, args *A, opts ...pulumi.ResourceOption) (C, error)
	// Args returns arguments with all fields set that matter, made anew each time, because the constructor gets them
	// and they are compared afterwards. What it registers by itself is not held against the component. Default: nil
	// arguments.
	Args func(ctx *pulumi.Context) *A
	// RefusesNil is what errors.Is finds in the error for nil arguments, such as failure.Configuration. Default: nil
	// arguments are accepted.
	RefusesNil error
	// Defaults are the keys of inputs that are recorded although the arguments do not set them.
	Defaults []string
	// Secrets are texts in secret arguments, at least 8 characters each, that stand nowhere else.
	Secrets []string
	// Known are the paths of inputs, such as "network.cidr", that must be known in a preview. The others are replaced
	// by unknown ones. Default: none.
	Known []string
	// Metadata says what children have to carry. Default: nothing is checked.
	Metadata *Metadata
	// Options are those of every run, such as [WithOutputs] and [WithInvoke].
	Options []Option
}

// Metadata are the tags, labels or annotations that every resource has to carry
// whose type can.
type Metadata struct {
	// Install makes the metadata part of the program. It is called before the component is made. Default: nothing, for
	// components that do it themselves.
	Install func(ctx *pulumi.Context) error
	// Read returns what a resource carries, by the type and the inputs of the resource. It reports false when the type
	// cannot carry anything. Required.
	Read func(token string, inputs resource.PropertyMap) (map[string]string, bool)
	// Want returns the pairs that a resource of the type has to carry, among others. Required.
	Want func(token string) map[string]string
}

// Check is one of the promises that a component keeps.
type Check struct {
	// Name is that of the subtest.
	Name string
	// Promise is what holds for every component that passes.
	Promise string
	// Find returns everything that breaks the promise, or why there is nothing to look at.
	Find func() (findings []string, skipped string)
}

// Conform checks that a component keeps all promises, each in a subtest. It takes
// some ten runs of the constructor, and no engine, network or account.
func Conform[A any, C pulumi.ComponentResource](t *testing.T, s Suite[A, C]) {
	t.Helper()
	for _, check := range s.Checks() {
		t.Run(check.Name, func(t *testing.T) {
			findings, skipped := check.Find()
			if skipped != "" {
				t.Skip(skipped)
			}
			for _, finding := range findings {
				t.Error(finding)
			}
			if len(findings) > 0 {
				t.Logf("the promise: %s", check.Promise)
			}
		})
	}
}

// Checks returns the checks in their order. They share runs of the constructor,
// each of which takes place when it is first needed.
func (s Suite[A, C]) Checks() []Check {
	if s.TokenPattern == "" {
		s.TokenPattern = TokenPattern
	}
	e := &evidence{
		token:      s.Token,
		pattern:    s.TokenPattern,
		refusesNil: s.RefusesNil,
		defaults:   s.Defaults,
		secrets:    s.Secrets,
		metadata:   s.Metadata,
		try:        s.try,
	}
	e.base = e.once(mode{})
	e.again = e.once(mode{})
	e.preview = e.once(mode{preview: true})
	e.unknown = e.once(mode{preview: true, unknown: true})
	e.none = e.once(mode{none: true})
	return e.checks()
}

// evidence is what the checks look at. It does not depend on the types of the
// component.
type evidence struct {
	token, pattern    string
	refusesNil        error
	defaults, secrets []string
	metadata          *Metadata
	try               func(mode) *trial

	base, again, preview, unknown, none func() *trial
}

func (e *evidence) once(m mode) func() *trial {
	return sync.OnceValue(func() *trial { return e.try(m) })
}

func (e *evidence) checks() []Check {
	return []Check{
		{
			"constructs", "the constructor succeeds, and so does everything that it leaves to run asynchronously", e.constructs,
		}, {
			"token", "the component registers itself once, with its token, which is well formed and never changes", e.hasToken,
		}, {
			"parent", "every resource that the component makes descends from it", e.isParent,
		}, {
			"provider", "explicit providers of the component's parent reach every resource and every call", e.usesProvider,
		}, {
			"inputs", "the arguments are recorded as inputs, so that they show in diffs", e.recordsInputs,
		}, {
			"outputs", "every output is assigned, not empty, and registered once", e.registersOutputs,
		}, {
			"metadata", "every resource that can carry metadata carries it", e.carriesMetadata,
		}, {
			"secrets", "secret arguments stay secret wherever they show up", e.keepsSecrets,
		}, {
			"arguments", "the caller's arguments are not modified", e.leavesArguments,
		}, {
			"methods", "methods of half-filled arguments do not panic", e.methodsTakeAnything,
		}, {
			"nil", "nil arguments work or are refused with an error before anything is registered", e.takesNil,
		}, {
			"preview", "a preview shows the same resources as an update", e.previews,
		}, {
			"unknown", "a preview works when arguments come from resources that do not exist yet", e.takesUnknown,
		}, {
			"unique", "two components of different names live in one stack", e.isUnique,
		}, {
			"stable", "the same program registers the same things every time", e.isStable,
		}, {
			"errors", "a call that fails makes the program fail", e.reportsErrors,
		},
	}
}

// wellFormed reports whether the token has the shape that is asked for.
func (e *evidence) wellFormed() (bool, error) {
	return regexp.MatchString(e.pattern, e.token)
}
