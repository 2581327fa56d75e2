package route53_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

func zones() []awstest.Step {
	return []awstest.Step{
		{Name: "vpc", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}},
		{Name: "zone", Type: kernel.HostedZoneToken, Inputs: in{"name": "example.com"}},
		{Name: "private", Type: kernel.HostedZoneToken, Inputs: in{"name": "example.com", "vpcs": []any{in{"vpcId": "$vpc"}}}},
	}
}

func TestRejectedRecords(t *testing.T) {
	t.Parallel()
	zone := func(inputs in) []awstest.Step { return awstest.One("it", kernel.HostedZoneToken, inputs) }
	address := in{"zoneId": "$zone", "name": "www", "type": "A", "ttl": 300.0, "records": []any{"192.0.2.1"}}
	record := func(more in) []awstest.Step {
		inputs := awstest.Merge(address, more)
		return awstest.One("it", kernel.DNSRecordToken, inputs)
	}
	then := func(before []awstest.Step, after ...awstest.Step) []awstest.Step { return append(before, after...) }
	alias := func(name, to, id string) in {
		return in{"name": name, "records": nil, "ttl": nil, "aliases": []any{in{"name": to, "zoneId": id, "evaluateTargetHealth": true}}}
	}
	weighted := func(id string) in {
		return in{"setIdentifier": id, "weightedRoutingPolicies": []any{in{"weight": 1.0}}}
	}
	awstest.RunRefusals(t, zones(), map[string]awstest.Refusal{
		"a zone":                     {Steps: zone(in{"name": "example.org."})},
		"a name with a space":        {Steps: zone(in{"name": "a b.com"}), Want: "api error InvalidDomainName"},
		"a zone of no VPC":           {Steps: zone(in{"name": "a.internal", "vpcs": []any{in{"vpcId": "vpc-0"}}}), Want: "api error InvalidVPCId: The VPC: vpc-0 in region eu-west-1 you provided does not exist."},
		"a zone again in a VPC":      {Steps: zone(in{"name": "example.com", "vpcs": []any{in{"vpcId": "$vpc"}}}), Want: "api error ConflictingDomainExists"},
		"a zone with records":        {Steps: then(record(nil), awstest.Step{Name: "-zone"}), Want: "api error HostedZoneNotEmpty: The specified hosted zone contains non-required resource record sets and so cannot be deleted."},
		"a zone without records":     {Steps: then(record(nil), awstest.Step{Name: "-it"}, awstest.Step{Name: "-zone"})},
		"a record":                   {Steps: record(nil)},
		"a record of no zone":        {Steps: record(in{"zoneId": "Z0"}), Want: "api error NoSuchHostedZone: No hosted zone found with ID: Z0"},
		"no address":                 {Steps: record(in{"records": []any{"example.org"}}), Want: "ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with 'example.org'"},
		"IPv4 for AAAA":              {Steps: record(in{"type": "AAAA"}), Want: "AAAARRDATAIllegalIPv6Address"},
		"mail without a priority":    {Steps: record(in{"type": "MX", "records": []any{"mail.example.com"}}), Want: "MX record doesn't have 2 fields"},
		"a long text":                {Steps: record(in{"type": "TXT", "records": []any{strings.Repeat("a", 256)}}), Want: "CharacterStringTooLong"},
		"a long text in two":         {Steps: record(in{"type": "TXT", "records": []any{strings.Repeat("a", 200) + `""` + strings.Repeat("a", 200)}})},
		"an unknown type":            {Steps: record(in{"type": "a"}), Want: "expected type to be one of"},
		"records without a TTL":      {Steps: record(in{"ttl": nil}), Want: "all of `records,ttl` must be specified"},
		"neither records nor alias":  {Steps: record(in{"records": nil, "ttl": nil}), Want: "one of aliases, records must be specified"},
		"the same again":             {Steps: then(record(nil), record(in{"name": "www.example.com"})...), Want: "api error InvalidChangeBatch: [Tried to create resource record set [name='www.example.com.', type='A'] but it already exists]"},
		"the same in another case":   {Steps: then(record(nil), record(in{"name": "WWW"})...), Want: "but it already exists"},
		"the same overwritten":       {Steps: then(record(nil), record(in{"allowOverwrite": true})...)},
		"the zone's own":             {Steps: record(in{"name": "example.com", "type": "NS", "records": []any{"ns1.example.org"}}), Want: "[Tried to create resource record set [name='example.com.', type='NS'] but it already exists]"},
		"the same in a private zone": {Steps: then(record(nil), record(in{"zoneId": "$private"})...)},
		"CNAME at the apex":          {Steps: record(in{"name": "example.com", "type": "CNAME", "records": []any{"example.org"}}), Want: "[RRSet of type CNAME with DNS name example.com. is not permitted at apex in zone example.com.]"},
		"CNAME next to others":       {Steps: then(record(nil), record(in{"type": "CNAME", "records": []any{"example.org"}})...), Want: "a conflicting RRSet of type A with the same DNS name already exists"},
		"weights":                    {Steps: then(record(weighted("a")), record(weighted("b"))...)},
		"a weight without a name":    {Steps: record(in{"weightedRoutingPolicies": []any{in{"weight": 1.0}}}), Want: "must be specified together"},
		"an alias of a service":      {Steps: record(alias("www", "web-1.eu-west-1.elb.amazonaws.com", "Z32O12XQLNTSW2"))},
		"an alias of a record":       {Steps: then(record(nil), record(alias("example.com", "www.example.com", "$zone"))...)},
		"an alias of nothing":        {Steps: record(alias("www", "none.example.com", "$zone")), Want: "api error InvalidChangeBatch: [Tried to create an alias that targets none.example.com., type A in zone $zone"},
	})
}

func TestZone(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(zones()...).All(
		awstest.Step{Name: "record", Type: kernel.DNSRecordToken, Inputs: in{"zoneId": "$zone", "name": "www", "type": "A",
			"ttl": 300.0, "records": []any{"192.0.2.1"}}})
	require.Regexp(t, "^Z[0-9A-F]{20}$", h.IDs["zone"])
	require.Len(t, h.Output("zone", "nameServers"), 4)
	require.Equal(t, "arn:aws:route53:::hostedzone/"+h.IDs["zone"], h.Output("zone", "arn"))
	require.Equal(t, h.IDs["zone"]+"_www_A", h.IDs["record"])
	require.Equal(t, "www.example.com", h.Output("record", "fqdn"))
	for want, args := range map[string]in{"zone": {"name": "example.com."}, "private": {"name": "example.com", "privateZone": true}} {
		found, err := h.Call("aws:route53/getZone:getZone", args)
		require.NoError(t, err)
		require.Equal(t, h.IDs[want], found["zoneId"])
	}
	virginia := h.Another().Use(in{"region": "us-east-1"}).History()
	found, err := virginia.Call("aws:route53/getZone:getZone", in{"zoneId": h.IDs["zone"]})
	require.NoError(t, err)
	require.Equal(t, "example.com", found["name"], "zones belong to the account")
}
