package network

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

var (
	_ config.Validator    = (*EndpointsArgs)(nil)
	_ config.Validator    = (*EndpointsSettings)(nil)
	_ compliance.Declarer = (*EndpointsArgs)(nil)
)

// Validate implements config.Validator.
func (a *EndpointsArgs) Validate(report *config.Report) {
	a.EndpointsSettings.Validate(report)
	tags.Check(report, []string{"tags"}, a.Tags)
	if len(a.gateways()) > 0 && len(a.RouteTables) == 0 {
		report.Add([]string{"routeTables"}, "missing: nothing reaches gateway endpoints that no route table leads to; "+
			"name the route tables, or set gateways.s3 and gateways.dynamodb to false")
	}
	if len(a.interfaces()) == 0 {
		return
	}
	if len(a.Subnets) == 0 {
		report.Add([]string{"subnets"}, "missing: interface endpoints have their addresses in subnets; name one for each zone")
	}
	list, plain := a.CIDRs.(pulumi.StringArray)
	if a.CIDRs == nil || plain && len(list) == 0 {
		report.Add([]string{"cidrs"}, "missing: nobody may reach interface endpoints; name the blocks of addresses that may, such as the VPC's")
	}
	for i, in := range list {
		if cidr, ok := in.(pulumi.String); ok {
			if p, err := netip.ParsePrefix(string(cidr)); err != nil || p.Masked() != p {
				report.Add([]string{"cidrs", strconv.Itoa(i)}, "found %q, expected a block of addresses such as 10.0.0.0/16", string(cidr))
			}
		}
	}
}

// Validate implements config.Validator.
func (s *EndpointsSettings) Validate(report *config.Report) {
	for i, b := range s.Bundles {
		if _, ok := bundles()[b]; !ok {
			report.Add([]string{"bundles", strconv.Itoa(i)}, "unknown bundle %q, %s", b, config.Suggest(b, slices.Collect(maps.Keys(bundles()))))
		}
	}
	s.checkServices(report)
	endpoints := s.interfaces()
	for _, g := range s.gateways() {
		endpoints[g] = g
	}
	_, images := endpoints["ecr.dkr"]
	if _, ok := endpoints["s3"]; images && !ok {
		report.Add([]string{"gateways", "s3"}, "images cannot be pulled: their layers are in S3, which has no endpoint; set it to true")
	}
	lookup.CheckIDs(report, []string{"accounts"}, s.Accounts)
	s.checkPolicies(report, slices.Collect(maps.Keys(endpoints)))
}

func (s *EndpointsSettings) checkServices(report *config.Report) {
	seen := map[string]bool{}
	for i, name := range s.Services {
		at := []string{"services", strconv.Itoa(i)}
		switch _, known := services()[name]; {
		case seen[shortName(name)]:
			report.Add(at, "%s stands here twice", shortName(name))
		case !known && !full.MatchString(name):
			report.Add(at, "unknown service %q, %s; write one that is not known here in full, such as com.amazonaws.eu-west-1.kms", name,
				config.SuggestOr(name, serviceNames(), "expected one such as kms")) // There are some 70.
		}
		seen[shortName(name)] = true
	}
}

// checkPolicies checks what is said about single endpoints. known are those that there are.
func (s *EndpointsSettings) checkPolicies(report *config.Report, known []string) {
	for _, service := range slices.Sorted(maps.Keys(s.Policies)) {
		at := []string{"policies", service}
		switch {
		case !slices.Contains(known, service):
			report.Add(at, "there is no endpoint of %s, %s", service, config.Suggest(service, known))
		case slices.Contains(s.Unrestricted, service):
			report.Add(at, "%s is among unrestricted: leave out one or the other", service)
		case !hasPolicy("", service):
			report.Add(at, "endpoints of %s have no policy: leave it out", service)
		}
		document := s.Policies[service]
		document.Report(report, at, policy.Endpoint)
	}
	for i, service := range s.Unrestricted {
		if !slices.Contains(known, service) {
			report.Add([]string{"unrestricted", strconv.Itoa(i)}, "there is no endpoint of %s, %s", service, config.Suggest(service, known))
		}
	}
}

// Evidence implements compliance.Declarer.
func (a *EndpointsArgs) Evidence() []compliance.Evidence {
	if len(a.gateways())+len(a.interfaces()) == 0 {
		return nil
	}
	value := "none"
	if len(a.Unrestricted) > 0 {
		value = config.List(a.Unrestricted)
	}
	return []compliance.Evidence{
		compliance.Check("unrestricted", value, len(a.Unrestricted) == 0, "none", compliancecontrols.Endpoints...),
	}
}
