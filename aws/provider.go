package aws

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	pulumiaws "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/credentials"
)

// NewProvider creates a provider for one region of one account. Pass it to components and resources with
// pulumi.Provider: it is used for all resources and function calls in them.
//
// Credentials come from the environment. They are not inputs of the provider, so they are not part of the state, and
// new ones cause no update. AllowedAccountIDs and ForbiddenAccountIDs reject credentials of other accounts before
// anything is created.
//
// Errors are of the class failure.Configuration, a *config.Error with all problems, or failure.Credentials.
func NewProvider(
	ctx *pulumi.Context, name string, args *ProviderArgs, opts ...pulumi.ResourceOption,
) (*pulumiaws.Provider, error) {
	args, _, err := config.Arguments(ctx, fmt.Sprintf("arguments of aws provider %q", name), name, args)
	if err != nil {
		return nil, err
	}
	resolver := args.Credentials
	if resolver == nil {
		resolver = credentials.New()
	}
	found, err := resolver.AWS(args.request(name))
	if err != nil {
		return nil, err
	}
	return pulumiaws.NewProvider(ctx, name, args.inputs(found), opts...)
}

// request returns the request for the credentials of a provider.
func (a *ProviderArgs) request(name string) credentials.AWSRequest {
	r := credentials.AWSRequest{Provider: name, Profile: a.Profile}
	if a.InstanceMetadata {
		r.Sources = append(credentials.Sources(credentials.CloudAWS), credentials.AWSInstanceMetadata)
	}
	return r
}

// inputs returns the arguments for the SDK. Unset options are omitted: all inputs of a provider are part of diffs.
func (a *ProviderArgs) inputs(found credentials.AWS) *pulumiaws.ProviderArgs {
	out := &pulumiaws.ProviderArgs{
		Region:               pulumi.String(a.Region),
		AllowedAccountIds:    list(a.AllowedAccountIDs),
		ForbiddenAccountIds:  list(a.ForbiddenAccountIDs),
		Profile:              text(a.Profile),
		MaxRetries:           pulumi.Int(*a.Retry.MaxAttempts),
		RetryMode:            text(string(a.Retry.Mode)),
		UseFipsEndpoint:      flag(a.FIPS),
		UseDualstackEndpoint: flag(a.DualStack),
		Endpoints:            endpoints(a.Endpoint, a.Endpoints),
	}
	if a.Endpoint != "" {
		// Emulators have one address for all buckets.
		out.S3UsePathStyle = pulumi.Bool(true)
	}
	if found.Source == credentials.AWSInstanceMetadata {
		out.SkipMetadataApiCheck = pulumi.Bool(false)
	}
	if tags, known := a.DefaultTags.(pulumi.StringMap); a.DefaultTags != nil && (!known || len(tags) > 0) {
		out.DefaultTags = &pulumiaws.ProviderDefaultTagsArgs{Tags: a.DefaultTags}
	}
	if i := a.IgnoreTags; i != nil && len(i.Keys)+len(i.KeyPrefixes) > 0 {
		out.IgnoreTags = &pulumiaws.ProviderIgnoreTagsArgs{
			Keys: list(pulumi.ToStringArray(i.Keys)), KeyPrefixes: list(pulumi.ToStringArray(i.KeyPrefixes)),
		}
	}
	if r := a.AssumeRole; r != nil {
		role := &pulumiaws.ProviderAssumeRoleArgs{
			RoleArn:     r.ARN.ToStringOutput().ToStringPtrOutput(),
			SessionName: text(r.SessionName), Duration: text(r.Duration),
		}
		if r.ExternalID != nil {
			role.ExternalId = r.ExternalID.ToStringOutput().ToStringPtrOutput()
		}
		out.AssumeRole = role
	}
	return out
}

// endpoints returns the URLs of services: those of single services, and one for all others.
func endpoints(all string, single map[string]string) pulumiaws.ProviderEndpointArrayInput {
	if all == "" && len(single) == 0 {
		return nil
	}
	args := &pulumiaws.ProviderEndpointArgs{}
	for key, field := range services() {
		url, ok := single[key]
		if !ok {
			url = all
		}
		if url != "" {
			reflect.ValueOf(args).Elem().FieldByIndex(field).Set(reflect.ValueOf(pulumi.String(url)))
		}
	}
	return pulumiaws.ProviderEndpointArray{args}
}

// services maps the names of services to the fields of the SDK's endpoints.
func services() map[string][]int {
	out := map[string][]int{}
	for field := range reflect.TypeFor[pulumiaws.ProviderEndpointArgs]().Fields() {
		if key, _, _ := strings.Cut(field.Tag.Get("pulumi"), ","); key != "" {
			out[key] = field.Index
		}
	}
	return out
}

func serviceNames() []string { return slices.Sorted(maps.Keys(services())) }

func text(s string) pulumi.StringPtrInput {
	if s == "" {
		return nil
	}
	return pulumi.String(s)
}

func flag(b bool) pulumi.BoolPtrInput {
	if !b {
		return nil
	}
	return pulumi.Bool(true)
}

func list(in pulumi.StringArrayInput) pulumi.StringArrayInput {
	if known, ok := in.(pulumi.StringArray); ok && len(known) == 0 {
		return nil
	}
	return in
}
