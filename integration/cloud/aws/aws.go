package aws

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	pulumiaws "github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/plugin"
)

// Account is the id of the account of credentials that assume no role.
const Account = kernel.Account

// Version is the simulated version of the provider.
const Version = plugin.AWSVersion

// Option configures the simulated AWS.
type Option func(*options)

type options struct {
	planes clusters.ControlPlanes
	region string
}

// WithControlPlanes starts a control plane for each cluster. Default: a cluster is its description only, and nothing
// answers at its endpoint.
func WithControlPlanes(p clusters.ControlPlanes) Option { return func(o *options) { o.planes = p } }

// WithRegion sets the region of providers that are configured without one, as AWS_REGION does. Default: it is required.
func WithRegion(region string) Option { return func(o *options) { o.region = region } }

// New returns the simulated AWS. credentials reports whether the provider would find credentials.
func New(credentials func() bool, opts ...Option) *cloud.Cloud {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	out := &cloud.Cloud{
		Name:       "aws",
		Converts:   true,
		Page:       "docs/simulated-aws.md",
		Version:    Version,
		Signatures: signatures(),
		Services:   services(o.planes),
		Token:      canonical, OtherTokens: others,
		Tags:       cloud.Tags{Input: "tags", All: "tagsAll", Check: checkTags},
		AutoName:   kernel.AutoName,
		NamePrefix: cloud.NamePrefix{Suffix: "Prefix", Digits: 26},
		Given:      vpc.Given,
		Errors: cloud.Errors{
			Refuse:    func(code, message string) error { return kernel.Refuse(code, "%s", message) },
			Retryable: kernel.Retryable(),
		},
		Config: pulumiaws.ProviderArgs{},
		// Source: pull request 4000 of pulumi-aws, "Replace resources when the AWS region changes".
		ConfigReplaces: []string{"region"},
		Configure: func(p resource.PropertyMap) (cloud.Scope, map[string]string) {
			return configure(p, o.region, credentials())
		},
	}
	if o.planes != nil {
		out.Reset = o.planes.StopAll
	}
	return out
}

// settings are the settings of the provider that the simulation uses.
type settings struct {
	Region              string   `json:"region"`
	AccessKey           string   `json:"accessKey"`
	Profile             string   `json:"profile"`
	MaxRetries          number   `json:"maxRetries"`
	AllowedAccountIDs   []string `json:"allowedAccountIds"`
	ForbiddenAccountIDs []string `json:"forbiddenAccountIds"`
	AssumeRole          struct {
		RoleARN string `json:"roleArn"`
	} `json:"assumeRole"`
	DefaultTags struct {
		Tags map[string]string `json:"tags"`
	} `json:"defaultTags"`
	IgnoreTags struct {
		Keys        []string `json:"keys"`
		KeyPrefixes []string `json:"keyPrefixes"`
	} `json:"ignoreTags"`
	SkipRegionValidation      flag `json:"skipRegionValidation"`
	SkipCredentialsValidation flag `json:"skipCredentialsValidation"`
}

func configure(p resource.PropertyMap, region string, credentials bool) (cloud.Scope, map[string]string) {
	problems := map[string]string{}
	s, err := read(p)
	if err != nil {
		problems["region"] = err.Error()
		return cloud.Scope{}, problems
	}
	s.Region = cmp.Or(s.Region, region)
	account, known := kernel.Account, kernel.Regions()[s.Region]
	if role := s.AssumeRole.RoleARN; role != "" {
		// arn:partition:iam::account:role/name
		if parts := strings.Split(role, ":"); len(parts) == 6 {
			account = parts[4]
		} else {
			problems["assumeRole"] = fmt.Sprintf("%q is an invalid ARN: expected arn:aws:iam::ACCOUNT:role/NAME", role)
		}
	}
	switch {
	case s.Region == "":
		problems["region"] = "Missing region configuration"
	case known.Prefix == "" && !bool(s.SkipRegionValidation):
		problems["region"] = "invalid AWS Region: " + s.Region
	case !credentials && s.AccessKey == "" && s.Profile == "" && !bool(s.SkipCredentialsValidation):
		problems["accessKey"] = "No valid credential sources found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to any value"
	case len(s.AllowedAccountIDs) > 0 && len(s.ForbiddenAccountIDs) > 0:
		problems["allowedAccountIds"] = `"allowedAccountIds": conflicts with forbiddenAccountIds`
	case len(s.AllowedAccountIDs) > 0 && !slices.Contains(s.AllowedAccountIDs, account),
		slices.Contains(s.ForbiddenAccountIDs, account):
		// The provider finds it when it connects: it is no problem of one property, whose value the engine would show.
		problems[""] = "AWS account ID not allowed: " + account
	}
	return cloud.Scope{
		Place:  account + "/" + s.Region,
		Values: map[string]string{"account": account, "region": s.Region, "partition": cmp.Or(known.Partition, "aws")},
		Tags:   s.DefaultTags.Tags,
		IgnoreTags: func(key string) bool {
			return slices.Contains(s.IgnoreTags.Keys, key) ||
				slices.ContainsFunc(s.IgnoreTags.KeyPrefixes,
					func(prefix string) bool { return strings.HasPrefix(key, prefix) })
		},
		// This is the default of the provider.
		Retries: cmp.Or(s.MaxRetries.Value, 25),
	}, problems
}

// flag is a boolean, or the text of one.
type flag bool

// UnmarshalJSON implements json.Unmarshaler.
func (f *flag) UnmarshalJSON(text []byte) error {
	v, err := strconv.ParseBool(strings.Trim(string(text), `"`))
	*f = flag(v)
	return err
}

// number is a number, or the text of one.
type number struct{ Value int }

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(text []byte) (err error) {
	n.Value, err = strconv.Atoi(strings.Trim(string(text), `"`))
	return err
}

// read decodes the configuration. The engine passes lists and objects as JSON texts.
func read(p resource.PropertyMap) (settings, error) {
	var s settings
	values := p.Mappable()
	for name, v := range values {
		if text, ok := v.(string); ok && (strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{")) {
			values[name] = json.RawMessage(text)
		}
		if _, unknown := v.(resource.Computed); unknown {
			delete(values, name)
		}
	}
	text, err := json.Marshal(values)
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	return s, err
}
