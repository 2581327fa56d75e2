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
	"github.com/ashlar-iac/ashlar/core/failure"
)

// ProviderArgs says which region of which account a provider talks to.
type ProviderArgs struct {
	ProviderSettings
	// Credentials finds the credentials. Default: in the environment.
	Credentials *credentials.Resolver
}

// NewProvider makes a provider for one region of one account. Pass it to components and resources with
// pulumi.Provider: it reaches everything in them.
//
// The credentials are those of the environment. They are not part of the provider's inputs, so that they are in no
// state file and new ones change nothing. A wrong account is refused before anything is made, when
// AllowedAccountIDs or ForbiddenAccountIDs say so.
//
// Errors are of the class failure.Configuration, a *config.Error with everything that is wrong, or failure.Credentials.
func NewProvider(
	ctx *pulumi.Context, name string, args *ProviderArgs, opts ...pulumi.ResourceOption,
) (*pulumiaws.Provider, error) {
	if args == nil {
		args = &ProviderArgs{}
	}
	settings, err := config.WithDefaults(&args.ProviderSettings)
	if err != nil {
		return nil, failure.Wrap(failure.Provider, "make", fmt.Sprintf("aws provider %q", name), err)
	}
	if err := config.Check(fmt.Sprintf("arguments of aws provider %q", name), settings); err != nil {
		return nil, err
	}
	resolver := args.Credentials
	if resolver == nil {
		resolver = credentials.New()
	}
	found, err := resolver.AWS(settings.request(name))
	if err != nil {
		return nil, err
	}
	return pulumiaws.NewProvider(ctx, name, settings.inputs(found), opts...)
}

// request asks for the credentials of a provider.
func (s *ProviderSettings) request(name string) credentials.AWSRequest {
	r := credentials.AWSRequest{Provider: name, Profile: s.Profile}
	if s.InstanceMetadata {
		r.Sources = append(credentials.Sources(credentials.CloudAWS), credentials.AWSInstanceMetadata)
	}
	return r
}

// inputs returns the arguments of the SDK. What is not set is left out: the provider's inputs are part of every diff.
func (s *ProviderSettings) inputs(found credentials.AWS) *pulumiaws.ProviderArgs {
	out := &pulumiaws.ProviderArgs{
		Region:               pulumi.String(s.Region),
		AllowedAccountIds:    list(s.AllowedAccountIDs),
		ForbiddenAccountIds:  list(s.ForbiddenAccountIDs),
		Profile:              text(s.Profile),
		MaxRetries:           pulumi.Int(*s.Retry.MaxAttempts),
		RetryMode:            text(s.Retry.Mode),
		UseFipsEndpoint:      flag(s.FIPS),
		UseDualstackEndpoint: flag(s.DualStack),
		Endpoints:            endpoints(s.Endpoint, s.Endpoints),
	}
	if s.Endpoint != "" {
		// Emulators have one address for all buckets.
		out.S3UsePathStyle = pulumi.Bool(true)
	}
	if found.Source == credentials.AWSInstanceMetadata {
		out.SkipMetadataApiCheck = pulumi.Bool(false)
	}
	if len(s.DefaultTags) > 0 {
		out.DefaultTags = &pulumiaws.ProviderDefaultTagsArgs{Tags: pulumi.ToStringMap(s.DefaultTags)}
	}
	if len(s.IgnoreTags.Keys)+len(s.IgnoreTags.KeyPrefixes) > 0 {
		out.IgnoreTags = &pulumiaws.ProviderIgnoreTagsArgs{
			Keys: list(s.IgnoreTags.Keys), KeyPrefixes: list(s.IgnoreTags.KeyPrefixes),
		}
	}
	if r := s.AssumeRole; r.ARN != "" {
		out.AssumeRole = &pulumiaws.ProviderAssumeRoleArgs{
			RoleArn: pulumi.String(r.ARN), ExternalId: text(r.ExternalID), SessionName: text(r.SessionName), Duration: text(r.Duration),
		}
	}
	return out
}

// endpoints returns the addresses of all services, one for each, and of those that have their own.
func endpoints(all string, own map[string]string) pulumiaws.ProviderEndpointArrayInput {
	if all == "" && len(own) == 0 {
		return nil
	}
	args := &pulumiaws.ProviderEndpointArgs{}
	for key, field := range services() {
		url, ok := own[key]
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

func list(s []string) pulumi.StringArrayInput {
	if len(s) == 0 {
		return nil
	}
	return pulumi.ToStringArray(s)
}
