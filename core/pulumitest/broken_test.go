package pulumitest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/component"
)

// defect is the rule that a component breaks.
type defect int

const (
	failsAlways defect = iota
	failsLater
	panics
	otherToken
	madeTwice
	badToken
	noParent
	otherProvider
	lookupElsewhere
	noInputs
	noOutputs
	outputsTwice
	unassigned
	empty
	ownTags
	secretShown
	secretInName
	changesLabels
	takesNil
	panicsOnNil
	registersFirst
	notInPreview
	onlyInPreview
	inApply
	panicsInPreview
	fixedName
	random
	dropsErrors
	anyProvider
)

// counter makes every run different.
var counter atomic.Int64

// broken returns the constructor of a site with a defect.
func broken(d defect) func(*pulumi.Context, string, *siteArgs, ...pulumi.ResourceOption) (*site, error) {
	return func(ctx *pulumi.Context, name string, args *siteArgs, opts ...pulumi.ResourceOption) (*site, error) {
		switch {
		case d == failsAlways:
			return nil, errors.New("out of order")
		case d == panics, d == panicsOnNil && args == nil, d == panicsInPreview && ctx.DryRun():
			panic("out of order")
		case d == takesNil && args == nil:
			args = &siteArgs{Domain: pulumi.String("example.com")}
		case d == changesLabels && args != nil:
			args.Labels["more"] = "x"
		case d == registersFirst:
			if _, err := newRecord(ctx, name+"-early", nil); err != nil {
				return nil, err
			}
		}
		if d == anyProvider {
			opts = nil
		}
		token := siteToken
		if d == otherToken {
			token += "s"
		}
		s := &site{}
		var err error
		if d == noInputs {
			args, err = plainly(ctx, name, s, args, opts...)
		} else {
			args, err = component.Register(ctx, token, name, s, args, opts...)
		}
		if err != nil {
			return nil, err
		}
		if d == madeTwice {
			if _, err := component.Register(ctx, token, name, &site{}, args, s.Child()); err != nil {
				return nil, err
			}
		}
		if err := s.fill(ctx, d, name, args); err != nil {
			return nil, err
		}
		if d == noOutputs || d == noInputs {
			return s, nil
		}
		if d == outputsTwice {
			// The SDK takes the first and drops the second.
			if err := ctx.RegisterResourceOutputs(s, pulumi.Map{"url": s.URL}); err != nil {
				return nil, err
			}
		}
		if d == unassigned {
			return s, ctx.RegisterResourceOutputs(s, pulumi.Map{"url": s.URL})
		}
		return component.Finish(ctx, s)
	}
}

// plainly registers a component without inputs, as the SDK's older function does.
func plainly(ctx *pulumi.Context, name string, s *site, args *siteArgs, opts ...pulumi.ResourceOption) (*siteArgs,
	error) {
	if args == nil {
		return nil, errors.New("no arguments")
	}
	// A component without arguments has no inputs.
	type none struct{}
	_, err := component.Register(ctx, siteToken, name, s, &none{}, opts...)
	return args, err
}

// fill creates the resources of the site.
func (s *site) fill(ctx *pulumi.Context, d defect, name string, args *siteArgs) error {
	var invoke []pulumi.InvokeOption
	if d != lookupElsewhere {
		invoke = append(invoke, pulumi.Parent(s))
	}
	region, err := region(ctx, invoke...)
	if err != nil && d != dropsErrors {
		return err
	}
	content, parent := name+"-content", s.Child()
	switch d {
	case noParent:
		parent = pulumi.Composite()
	case otherProvider:
		p, err := newProvider(ctx, "aws", name+"-provider")
		if err != nil {
			return err
		}
		parent = s.Child(pulumi.Provider(p))
	case fixedName:
		content = "content"
	case random:
		content += fmt.Sprint(counter.Add(1))
	}
	inputs := pulumi.Map{"labels": pulumi.ToStringMap(args.Labels), "headers": args.Headers}
	if d == ownTags {
		inputs["tags"] = pulumi.StringMap{"owner": pulumi.String("me")}
	}
	b, err := newBucket(ctx, content, inputs, parent)
	if err != nil {
		return err
	}
	password := args.Password
	if d == secretShown && password != nil {
		password = pulumi.Unsecret(password.ToStringOutput()).(pulumi.StringOutput)
	}
	if d == failsLater {
		password = args.Domain.ToStringOutput().ApplyT(func(string) (string, error) {
			return "",
				errors.New("out of order")
		}).(pulumi.StringOutput)
	}
	if (d != notInPreview || !ctx.DryRun()) && d != inApply {
		if _, err := newPolicy(ctx, name+"-policy", pulumi.Map{"bucket": b.ID(), "password": password},
			s.Child()); err != nil {
			return err
		}
	}
	if d == onlyInPreview && ctx.DryRun() {
		if _, err := newPolicy(ctx, name+"-more", nil, s.Child()); err != nil {
			return err
		}
	}
	if d == inApply {
		args.Domain.ToStringOutput().ApplyT(func(string) (string, error) {
			_, err := newPolicy(ctx, name+"-policy", nil, s.Child())
			return "", err
		})
	}
	if d == secretInName {
		if err := ctx.Log.Info("the password is "+canary, nil); err != nil {
			return err
		}
	}
	_, err = newRecord(ctx, name+"-record", pulumi.Map{"name": args.Domain, "target": b.ARN,
		"password": args.Password}, s.Child())
	if err != nil {
		return err
	}
	s.URL = pulumi.Sprintf("https://%s", args.Domain)
	if d == empty {
		s.URL = pulumi.String("").ToStringOutput()
	}
	if d != unassigned {
		s.Region = pulumi.String(region).ToStringOutput()
	}
	return nil
}

// TestChecksCanFail runs every check on a component that breaks its rule.
func TestChecksCanFail(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		defect defect
		check  string
		want   string
	}{
		"FailsAlways": {failsAlways, "constructs", "the component cannot be created: out of order"},
		"FailsLater":  {failsLater, "constructs", "out of order"},
		"Panics":      {panics, "constructs", "the constructor panics: out of order"},
		"OtherToken":  {otherToken, "token", `ashlar-test:site:Site "subject" is registered 0 times`},
		"BadToken":    {badToken, "token", `the token "site" does not match`},
		"NoParent": {noParent, "parent",
			`aws:s3/bucket:Bucket "subject-content" is not a descendant of the component: pass pulumi.Parent(component)`},
		"LookupElsewhere": {lookupElsewhere, "provider",
			"the call of aws:index/getRegion:getRegion uses the default provider of aws"},
		"OtherProvider": {otherProvider, "provider", "uses the provider pulumi:providers:aws"},
		"NoInputs":      {noInputs, "inputs", "the component records no inputs"},
		"NoOutputs":     {noOutputs, "outputs", "outputs are registered 0 times"},
		"OutputsTwice":  {outputsTwice, "outputs", `the output "region" is not registered`},
		"Unassigned":    {unassigned, "outputs", `the output "region" was never assigned`},
		"Empty":         {empty, "outputs", `the output "url" is empty`},
		"OwnTags": {ownTags, "metadata",
			`aws:s3/bucket:Bucket "subject-content" has "me" for "owner", not "platform"`},
		"SecretShown": {secretShown, "secrets",
			`Suite.Secrets[0] is in plain text: aws:s3/bucketPolicy:BucketPolicy "subject-policy": input password`},
		"SecretLogged":  {secretInName, "secrets", "Suite.Secrets[0] is in plain text: log of severity info"},
		"ChangesLabels": {changesLabels, "arguments", "the caller's arguments were modified: labels.more was added"},
		"TakesNil":      {takesNil, "nil", "nil arguments are accepted, but Suite.RefusesNil is set"},
		"PanicsOnNil":   {panicsOnNil, "nil", "the constructor panics on nil arguments"},
		"RegistersFirst": {registersFirst, "nil",
			`dns:index:Record "subject-early" is registered although the arguments are rejected`},
		"NotInPreview": {notInPreview, "preview",
			`"subject-policy" is not registered in a preview: register it outside ApplyT`},
		"OnlyInPreview": {onlyInPreview, "preview",
			`"subject-more" is registered in a preview, but not in an update`},
		"PanicsInPreview": {panicsInPreview, "preview", "the constructor panics in a preview"},
		"InApply":         {inApply, "unknown", `"subject-policy" is not registered in a preview where `},
		"FixedName":       {fixedName, "unique", "start the name of every child with that of the component"},
		"Random":          {random, "stable", "a second run registers other resources"},
		"AnyProvider":     {anyProvider, "foreign provider", "a provider of another package is accepted"},
		"KeepsNil":        {noInputs, "nil values", "domain"},
		"DropsErrors":     {dropsErrors, "errors", "the error of aws:index/getRegion:getRegion is ignored: return it"},
	}
	covered := map[string]bool{"methods": true} // TestMethodsThatPanicOnPartiallySetArguments
	for name, tc := range tests {
		covered[tc.check] = true
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := suite(broken(tc.defect))
			if tc.defect == badToken {
				s.Token = "site"
			}
			for _, check := range s.Checks() {
				if check.Name != tc.check {
					continue
				}
				findings, _ := check.Find()
				require.True(t, slices.ContainsFunc(findings,
					func(f string) bool { return strings.Contains(f, tc.want) }),
					"%s found %q", tc.check, findings)
			}
		})
	}
	for _, check := range suite(newSite).Checks() {
		require.True(t, covered[check.Name], "no broken component shows that the check %q can fail", check.Name)
	}
}
