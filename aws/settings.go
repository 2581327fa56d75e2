package aws

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/config"
)

// ProviderSettings says which region of which account a provider talks to, and how. None of it is a credential: these come from the
// environment.
type ProviderSettings struct {
	// Region is where the provider makes resources, such as eu-west-1. Required. Changing it replaces everything that
	// the provider made.
	Region string `pulumi:"region" jsonschema:"required,pattern=^[a-z]{2\\,4}(-[a-z]+){1\\,2}-[0-9]{1\\,2}$"`
	// AllowedAccountIDs are the accounts that may be changed: the credentials of any other account are refused before
	// anything is made. Default: any account.
	AllowedAccountIDs []string `pulumi:"allowedAccountIds"`
	// ForbiddenAccountIDs are accounts that must not be changed. Default: none.
	ForbiddenAccountIDs []string `pulumi:"forbiddenAccountIds"`
	// AssumeRole is the role that is assumed with the credentials of the environment. Default: none.
	AssumeRole AssumeRole `pulumi:"assumeRole"`
	// Profile is the profile of the shared configuration files to use. Default: the one that AWS_PROFILE names, if
	// there are no other credentials.
	Profile string `pulumi:"profile"`
	// InstanceMetadata admits the credentials of the machine that the program runs on. Default: false.
	InstanceMetadata bool `pulumi:"instanceMetadata"`
	// DefaultTags are added to every resource that can carry them, by the provider. Tags of the resources win. What the
	// whole deployment carries is said in ashlar:project. Changing them updates the resources.
	DefaultTags map[string]string `pulumi:"defaultTags"`
	// IgnoreTags are the tags that others put on the resources: the provider leaves them alone.
	IgnoreTags IgnoreTags `pulumi:"ignoreTags"`
	// Endpoint is the address of all services, for an emulator of AWS. Default: AWS's own addresses.
	Endpoint string `pulumi:"endpoint"`
	// Endpoints holds addresses of single services, such as s3 or ec2. They win over endpoint.
	Endpoints map[string]string `pulumi:"endpoints"`
	// Retry says what happens when AWS is busy.
	Retry Retry `pulumi:"retry"`
	// FIPS uses the addresses with validated cryptography, where a service has one. Default: false.
	FIPS bool `pulumi:"fips"`
	// DualStack uses the addresses that are reached over IPv6 as well, where a service has one. Default: false.
	DualStack bool `pulumi:"dualStack"`
}

// AssumeRole is a role that a provider assumes.
type AssumeRole struct {
	// ARN is the role's, such as arn:aws:iam::111122223333:role/deploy. Default: no role is assumed.
	ARN string `pulumi:"arn" jsonschema:"pattern=^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$"`
	// ExternalID is what the role's owner asks for, where the role is another organization's. It is not a secret.
	ExternalID string `pulumi:"externalId"`
	// SessionName tells in the logs of the account who assumed the role. Default: the provider makes one up.
	SessionName string `pulumi:"sessionName" jsonschema:"pattern=^[a-zA-Z0-9_+=\\,.@-]{2\\,64}$"`
	// Duration is how long the session lasts, such as 1h, from 15 minutes to 12 hours. Default: one hour.
	Duration string `pulumi:"duration"`
}

// IgnoreTags names tags that a provider leaves alone.
type IgnoreTags struct {
	// Keys are whole keys.
	Keys []string `pulumi:"keys"`
	// KeyPrefixes are the beginnings of keys.
	KeyPrefixes []string `pulumi:"keyPrefixes"`
}

// Retry says how often a provider asks a service that is busy or does not answer.
type Retry struct {
	// MaxAttempts is how often a request is made at most.
	MaxAttempts *int `pulumi:"maxAttempts" jsonschema:"default=25,minimum=1"`
	// Mode is standard, which waits a little longer each time, or adaptive, which also slows down all requests while
	// a service is busy.
	Mode string `pulumi:"mode" jsonschema:"default=standard,enum=standard,enum=adaptive"`
}

var _ config.Validator = (*ProviderSettings)(nil)

// Validate implements config.Validator.
func (s *ProviderSettings) Validate(report *config.Report) {
	lookup.CheckIDs(report, []string{"allowedAccountIds"}, s.AllowedAccountIDs)
	lookup.CheckIDs(report, []string{"forbiddenAccountIds"}, s.ForbiddenAccountIDs)
	if len(s.AllowedAccountIDs) > 0 && len(s.ForbiddenAccountIDs) > 0 {
		report.Add([]string{"forbiddenAccountIds"}, "every account that is not allowed is forbidden already: leave out one or the other")
	}
	s.AssumeRole.check(report, []string{"assumeRole"}, s.AllowedAccountIDs)
	tags.Check(report, []string{"defaultTags"}, s.DefaultTags)
	checkURL(report, []string{"endpoint"}, s.Endpoint)
	names := serviceNames()
	for service, address := range s.Endpoints {
		at := []string{"endpoints", service}
		if !slices.Contains(names, service) {
			// There are some 300.
			report.Add(at, "unknown service, %s", config.SuggestOr(service, names, "expected one that the AWS provider has, such as s3 or ec2"))
		}
		if address == "" {
			report.Add(at, "expected an address such as https://s3.example.com")
		}
		checkURL(report, at, address)
	}
}

func (r AssumeRole) check(report *config.Report, path []string, allowed []string) {
	if r.ARN == "" {
		if r != (AssumeRole{}) {
			report.Add(append(path, "arn"), "missing: name the role, or leave out the rest of assumeRole")
		}
		return
	}
	if own := r.account(); len(allowed) > 0 && own != "" && !slices.Contains(allowed, own) {
		report.Add(append(path, "arn"), "the role is in the account %s, which is not among allowedAccountIds", own)
	}
	if r.Duration == "" {
		return
	}
	if d, err := time.ParseDuration(r.Duration); err != nil || d < 15*time.Minute || d > 12*time.Hour {
		report.Add(append(path, "duration"), "expected a duration from 15m to 12h, such as 1h, found %q", r.Duration)
	}
}

// account returns the account that the role is in.
func (r AssumeRole) account() string {
	if parts := strings.Split(r.ARN, ":"); len(parts) > 4 {
		return parts[4]
	}
	return ""
}

// account returns the account that a provider talks to, if it can only be one.
func (s *ProviderSettings) account() string {
	if len(s.AllowedAccountIDs) == 1 {
		return s.AllowedAccountIDs[0]
	}
	return s.AssumeRole.account()
}

func checkURL(report *config.Report, path []string, address string) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil {
		report.Add(path, "expected an address such as https://localhost:4566, without user and password")
	}
}
