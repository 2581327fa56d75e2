package iam

import (
	"net/url"
	"regexp"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
)

// OIDCProviderToken is the type of the component [OIDCProvider].
const OIDCProviderToken = "ashlar-aws:iam:OIDCProvider"

// OIDCProvider makes an OIDC identity provider known to an account, so that roles can trust it. An account has one for each issuer.
type OIDCProvider struct {
	pulumi.ResourceState
	component.Base

	// ARN is the provider's ARN.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// Issuer is the provider's address without https://, as trust policies have it.
	Issuer pulumi.StringOutput `pulumi:"issuer"`
}

// OIDCProviderArgs describes an [OIDCProvider].
type OIDCProviderArgs struct {
	// URL is the issuer's address, such as https://token.actions.githubusercontent.com. Required. Changing it replaces the provider.
	URL pulumi.StringInput `pulumi:"url" jsonschema:"required,minLength=1" config:"plain"`
	// ClientIDs are the audiences that tokens may be for. Default: sts.amazonaws.com. Changing them updates the provider.
	ClientIDs []string `pulumi:"clientIds"`
	// Thumbprints are the SHA-1 fingerprints of certificates, of 40 hexadecimal digits, by which IAM knows an issuer whose
	// certificate no public authority has signed. Default: IAM finds them. Changing them updates the provider.
	Thumbprints []string `pulumi:"thumbprints"`
	// Tags are added to the provider. Default: none. Changing them updates it.
	Tags map[string]string `pulumi:"tags"`
}

var (
	_ config.Validator = (*OIDCProviderArgs)(nil)

	thumbprint = regexp.MustCompile(`^[0-9a-fA-F]{40}$`)
)

// Validate implements config.Validator. Source: "CreateOpenIDConnectProvider", AWS Identity and Access Management API Reference.
func (a *OIDCProviderArgs) Validate(report *config.Report) {
	if s, ok := a.URL.(pulumi.String); ok {
		u, err := url.Parse(string(s))
		if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || len(s) > 255 {
			report.Add([]string{"url"}, "found %q, expected https://HOST/PATH of up to 255 characters, without a query", s)
		}
	}
	if n := len(a.ClientIDs); n > 100 {
		report.Add([]string{"clientIds"}, "%d client ids, a provider has at most 100", n)
	}
	for i, id := range a.ClientIDs {
		if id == "" || len(id) > 255 {
			report.Add([]string{"clientIds", strconv.Itoa(i)}, "expected 1 to 255 characters")
		}
	}
	if n := len(a.Thumbprints); n > 5 {
		report.Add([]string{"thumbprints"}, "%d thumbprints, a provider has at most 5", n)
	}
	for i, t := range a.Thumbprints {
		if !thumbprint.MatchString(t) {
			report.Add([]string{"thumbprints", strconv.Itoa(i)}, "found %q, expected 40 hexadecimal digits", t)
		}
	}
	tags.Check(report, []string{"tags"}, a.Tags)
}

// NewOIDCProvider creates an identity provider. Nil args are refused.
func NewOIDCProvider(ctx *pulumi.Context, name string, args *OIDCProviderArgs, opts ...pulumi.ResourceOption) (*OIDCProvider, error) {
	p := &OIDCProvider{}
	args, err := component.Register(ctx, OIDCProviderToken, name, p, args, opts...)
	if err != nil {
		return nil, err
	}
	clients := args.ClientIDs
	if len(clients) == 0 {
		clients = []string{policy.STSAudience}
	}
	given := &iam.OpenIdConnectProviderArgs{
		Url: args.URL, ClientIdLists: pulumi.ToStringArray(clients), Tags: tags.Merge(args.Tags),
	}
	if len(args.Thumbprints) > 0 {
		given.ThumbprintLists = pulumi.ToStringArray(args.Thumbprints)
	}
	resource, err := iam.NewOpenIdConnectProvider(ctx, name, given, p.Main())
	if err != nil {
		return nil, err
	}
	p.Made(resource)
	p.ARN = resource.Arn
	// Of the resource, so that a role which trusts the issuer is made after it.
	p.Issuer = resource.Url.ApplyT(policy.IssuerHost).(pulumi.StringOutput)
	return component.Finish(ctx, p)
}
