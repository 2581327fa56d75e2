package pulumitest

import (
	"regexp"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// TokenPattern matches the tokens of this library: ashlar-MODULE:PACKAGE:Type.
const TokenPattern = `^ashlar-[a-z]+:[a-z][a-z0-9]*(/[a-z][a-z0-9]*)*:[A-Z][A-Za-z0-9]*$`

// Suite describes a component for [Conform]. A is the struct type of its arguments, C
// the pointer type of the component.
type Suite[A any, C pulumi.ComponentResource] struct {
	// Token is the type token of the component. Required.
	Token string
	// TokenPattern is a regular expression that Token must match. Default: [TokenPattern].
	TokenPattern string
	// New is the component's constructor. Required.
	New func(ctx *pulumi.Context, name string, args *A, opts ...pulumi.ResourceOption) (C, error)
	// Args returns new arguments in which all relevant fields are set. Resources that it registers are not part of the
	// component. Default: nil arguments.
	Args func(ctx *pulumi.Context) *A
	// RefusesNil matches the error for nil arguments with errors.Is, such as failure.Configuration. Default: nil
	// arguments are valid.
	RefusesNil error
	// Defaults are the keys of inputs that are recorded although the arguments do not set them.
	Defaults []string
	// Secrets are values in secret arguments, at least 8 characters each, that occur nowhere else.
	Secrets []string
	// Known are the paths of inputs, such as "network.cidr", that must be known in a preview. The check "unknown"
	// replaces all other inputs by unknown values. Default: none.
	Known []string
	// Metadata describes the metadata of child resources. Default: metadata is not checked.
	Metadata *Metadata
	// Options are the options of every run, such as [WithOutputs] and [WithInvoke].
	Options []Option
}

// Metadata are the tags, labels or annotations that every resource of a taggable
// type must have.
type Metadata struct {
	// Install adds the metadata to the program, before the component is created. Default: the component adds the
	// metadata itself.
	Install func(ctx *pulumi.Context) error
	// Read returns the metadata of a resource from its type and inputs. It reports false for types that are not
	// taggable. Required.
	Read func(token string, inputs resource.PropertyMap) (map[string]string, bool)
	// Want returns the metadata that a resource of the type must have. Required.
	Want func(token string) map[string]string
}

// Check is a rule for components and the function that checks it.
type Check struct {
	// Name is the name of the subtest.
	Name string
	// Promise is the rule, which holds for every component that passes.
	Promise string
	// Find returns all violations of the rule, or the reason why it cannot be checked.
	Find func() (findings []string, skipped string)
}

// Conform checks a component against every rule, each in a subtest. It runs the
// constructor about a dozen times, without an engine, a network or an account.
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
				t.Logf("rule: %s", check.Promise)
			}
		})
	}
}

// Checks returns the checks in order. They share runs of the constructor, each of
// which starts when it is first needed.
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

// evidence is the input of the checks, independent of the types of the component.
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
			"constructs", "the constructor and its asynchronous work succeed", e.constructs,
		}, {
			"token", "the component registers itself once, with a valid token", e.hasToken,
		}, {
			"parent", "every resource of the component is its descendant", e.isParent,
		}, {
			"provider", "every resource and call uses the explicit providers of the component's parent", e.usesProvider,
		}, {
			"inputs", "the arguments are recorded as inputs, and changes show in diffs", e.recordsInputs,
		}, {
			"outputs", "every output is assigned and registered once; unless it is optional, it is not empty",
			e.registersOutputs,
		}, {
			"metadata", "every resource of a taggable type has the metadata", e.carriesMetadata,
		}, {
			"secrets", "secret arguments are secret in resources, exports, logs and errors", e.keepsSecrets,
		}, {
			"arguments", "the caller's arguments are not modified", e.leavesArguments,
		}, {
			"methods", "methods of partially set arguments do not panic", e.methodsTakeAnything,
		}, {
			"nil", "nil arguments are valid, or rejected before anything is registered", e.takesNil,
		}, {
			"nil values", "nil in an argument, such as a nil component, is rejected before anything is registered", e.refusesNilValues,
		}, {
			"foreign provider", "an explicit provider that no resource of the component uses is rejected", e.refusesForeignProviders,
		}, {
			"preview", "a preview registers the same resources as an update", e.previews,
		}, {
			"unknown", "a preview succeeds if arguments depend on resources that do not exist yet", e.takesUnknown,
		}, {
			"unique", "a stack can have two components with different names", e.isUnique,
		}, {
			"stable", "every run registers the same resources", e.isStable,
		}, {
			"errors", "the program fails if a function call fails", e.reportsErrors,
		},
	}
}

// wellFormed reports whether the token matches the pattern.
func (e *evidence) wellFormed() (bool, error) {
	return regexp.MatchString(e.pattern, e.token)
}
