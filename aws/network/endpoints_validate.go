package network

import (
	"maps"
	"net/netip"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/tagging"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

var (
	_ config.Validator          = (*EndpointsArgs)(nil)
	_ config.ArgumentsValidator = (*EndpointsArgs)(nil)
	_ compliance.Declarer       = (*EndpointsArgs)(nil)
)

// Validate implements config.Validator.
func (a *EndpointsArgs) Validate(report *config.Report) {
	tagging.Check(report, []string{"tags"}, a.Tags)
	for i, b := range a.Bundles {
		if _, ok := bundles()[b]; !ok {
			report.Add([]string{"bundles", strconv.Itoa(i)},
				"unknown bundle %q, %s", b, config.Suggest(string(b), bundleNames()))
		}
	}
	a.checkServices(report)
	endpoints := a.interfaces()
	for _, g := range a.gateways() {
		endpoints[g] = g
	}
	_, images := endpoints["ecr.dkr"]
	if _, ok := endpoints["s3"]; images && !ok {
		report.Add([]string{"gateways", "s3"}, "required to pull images, whose layers are in S3: set it to true")
	}
	lookup.CheckIDs(report, []string{"accounts"}, a.Accounts)
	a.checkPolicies(report, slices.Sorted(maps.Keys(endpoints)))
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *EndpointsArgs) ValidateArguments(report *config.Report) {
	if a.VpcID == nil {
		report.Add([]string{"vpcId"}, "required: set the ID of the VPC")
	}
	if len(a.gateways()) > 0 && len(a.RouteTableIDs) == 0 {
		report.Add([]string{"routeTableIds"}, "required with gateway endpoints: set the route tables, "+
			"or gateways.s3 and gateways.dynamodb to false")
	}
	if len(a.interfaces()) == 0 {
		return
	}
	if len(a.SubnetIDs) == 0 {
		report.Add([]string{"subnetIds"}, "required with interface endpoints: set one subnet for each zone")
	}
	list, known := a.CIDRs.(pulumi.StringArray)
	if a.CIDRs == nil || known && len(list) == 0 {
		report.Add([]string{"cidrs"},
			"required with interface endpoints: set the CIDR blocks to allow, such as that of the VPC")
	}
	for i, in := range list {
		if cidr, ok := in.(pulumi.String); ok {
			if p, err := netip.ParsePrefix(string(cidr)); err != nil || p.Masked() != p {
				report.Add([]string{"cidrs", strconv.Itoa(i)},
					"invalid CIDR block %q: expected one such as 10.0.0.0/16", string(cidr))
			}
		}
	}
}

func (a *EndpointsArgs) checkServices(report *config.Report) {
	seen := map[string]bool{}
	for i, name := range a.Services {
		at := []string{"services", strconv.Itoa(i)}
		switch _, known := services()[name]; {
		case seen[shortName(name)]:
			report.Add(at, "duplicate service %s", shortName(name))
		case !known && !fullName.MatchString(name):
			report.Add(at,
				"unknown service %q, %s; use the full name for other services, such as com.amazonaws.eu-west-1.freetier", name,
				config.SuggestOr(name, serviceNames(), "expected one such as kms")) // There are about 70.
		}
		seen[shortName(name)] = true
	}
}

// checkPolicies checks the options of single endpoints.
func (a *EndpointsArgs) checkPolicies(report *config.Report, endpoints []string) {
	for _, service := range slices.Sorted(maps.Keys(a.Policies)) {
		at := []string{"policies", service}
		switch {
		case !slices.Contains(endpoints, service):
			report.Add(at, "no endpoint of service %q, %s", service, config.Suggest(service, endpoints))
		case slices.Contains(a.Unrestricted, service):
			report.Add(at, "policies and unrestricted are mutually exclusive: remove %s from one", service)
		case !hasPolicy("", service):
			report.Add(at, "endpoints of %s do not support policies: remove it", service)
		}
		document := a.Policies[service]
		document.Report(report, at, policy.Endpoint)
	}
	for i, service := range a.Unrestricted {
		if !slices.Contains(endpoints, service) {
			report.Add([]string{"unrestricted", strconv.Itoa(i)},
				"no endpoint of service %q, %s", service, config.Suggest(service, endpoints))
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
