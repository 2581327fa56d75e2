package iam

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// OIDCProviderToken is the type of the component [OIDCProvider].
const OIDCProviderToken = "ashlar-aws:iam:OIDCProvider"

// OIDCProvider is an OIDC identity provider that roles of the account can trust. An account can have one for each
// issuer.
type OIDCProvider struct {
	pulumi.ResourceState
	component.Base

	// ARN is the ARN of the identity provider.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// Issuer is the URL of the issuer without https://, as in trust policies.
	Issuer pulumi.StringOutput `pulumi:"issuer"`
}

// OIDCProviderArgs are the arguments of an [OIDCProvider].
type OIDCProviderArgs struct {
	// URL is the URL of the issuer, such as https://token.actions.githubusercontent.com, literally as in its tokens: with
	// or without a final slash. Required. Changing it replaces the identity provider.
	URL pulumi.StringInput `pulumi:"url" jsonschema:"required,minLength=1" config:"plain"`
	// ClientIDs are the audiences of accepted tokens. Default: sts.amazonaws.com. Changing them updates the identity
	// provider.
	ClientIDs pulumi.StringArrayInput `pulumi:"clientIds,optional" config:"plain"`
	// Thumbprints are SHA-1 fingerprints, 40 hexadecimal digits, of the certificates of issuers that have no certificate
	// from a public certificate authority. Default: determined by IAM. Changing them updates the identity provider.
	Thumbprints pulumi.StringArrayInput `pulumi:"thumbprints,optional" config:"plain"`
	// Tags are added to the identity provider. Default: none. Changing them updates it.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

var (
	_ config.Validator = (*OIDCProviderArgs)(nil)

	thumbprint = regexp.MustCompile(`^[0-9a-fA-F]{40}$`)
)

// Validate implements config.Validator. Source: "CreateOpenIDConnectProvider", AWS Identity and Access Management API
// Reference.
func (a *OIDCProviderArgs) Validate(report *config.Report) {
	if s, ok := a.URL.(pulumi.String); ok {
		u, err := url.Parse(string(s))
		switch {
		case err != nil || !strings.HasPrefix(string(s), "https://") || strings.ContainsAny(string(s), "?#") || u.Host == "" ||
			u.User != nil || len(s) > 255:
			report.Add([]string{"url"}, "invalid URL %q: use https://HOST/PATH, at most 255 characters without a query", s)
		case u.Port() != "":
			report.Warn([]string{"url"}, "the URL has a port: IAM may not accept tokens of the issuer")
		}
	}
	clients, _ := a.ClientIDs.(pulumi.StringArray)
	if n := len(clients); n > 100 {
		report.Add([]string{"clientIds"}, "%d client IDs, the maximum is 100", n)
	}
	for i, id := range clients {
		if s, ok := id.(pulumi.String); ok && (s == "" || len(s) > 255) {
			report.Add([]string{"clientIds", strconv.Itoa(i)}, "invalid client ID: use 1 to 255 characters")
		}
	}
	thumbprints, _ := a.Thumbprints.(pulumi.StringArray)
	if n := len(thumbprints); n > 5 {
		report.Add([]string{"thumbprints"}, "%d thumbprints, the maximum is 5", n)
	}
	for i, t := range thumbprints {
		if s, ok := t.(pulumi.String); ok && !thumbprint.MatchString(string(s)) {
			report.Add([]string{"thumbprints", strconv.Itoa(i)}, "invalid thumbprint %q: use 40 hexadecimal digits", s)
		}
	}
	tagging.Check(report, []string{"tags"}, a.Tags)
}

// NewOIDCProvider creates an identity provider. Args are required.
func NewOIDCProvider(ctx *pulumi.Context, name string, args *OIDCProviderArgs,
	opts ...pulumi.ResourceOption) (*OIDCProvider, error) {
	p := &OIDCProvider{}
	args, err := component.Register(ctx, OIDCProviderToken, name, p, args, opts...)
	if err != nil {
		return nil, err
	}
	given := &iam.OpenIdConnectProviderArgs{Url: args.URL, ClientIdLists: args.ClientIDs, Tags: metadata.MergeTags(args.Tags)}
	if empty(args.ClientIDs) {
		given.ClientIdLists = pulumi.StringArray{pulumi.String(policy.STSAudience)}
	}
	if !empty(args.Thumbprints) {
		given.ThumbprintLists = args.Thumbprints
	}
	resource, err := iam.NewOpenIdConnectProvider(ctx, name, given, p.Main())
	if err != nil {
		return nil, err
	}
	p.AddChildren(resource)
	p.ARN = resource.Arn
	// From the resource, so that roles that trust the issuer are created after it.
	p.Issuer = resource.Url.ApplyT(policy.IssuerHost).(pulumi.StringOutput)
	return component.Finish(ctx, p)
}

// empty reports whether a list is known to have no values.
func empty(in pulumi.StringArrayInput) bool {
	list, known := in.(pulumi.StringArray)
	return in == nil || known && len(list) == 0
}
