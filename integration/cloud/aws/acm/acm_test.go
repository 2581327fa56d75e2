package acm_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// in are the inputs of a resource.
type in = map[string]any

const validationToken = "aws:acm/certificateValidation:CertificateValidation"

func TestRejectedCertificates(t *testing.T) {
	t.Parallel()
	certificate := func(inputs in) []awstest.Step {
		return awstest.One("it", kernel.CertificateToken, awstest.Merge(in{"domainName": "www.example.com",
			"validationMethod": "DNS"}, inputs))
	}
	zone := awstest.Step{Name: "zone", Type: kernel.HostedZoneToken, Inputs: in{"name": "example.com"}}
	validate := func(inputs in) awstest.Step {
		return awstest.Step{Name: "valid", Type: validationToken, Inputs: awstest.Merge(in{"certificateArn": "$it"}, inputs)}
	}
	then := func(before []awstest.Step, after ...awstest.Step) []awstest.Step { return append(before, after...) }
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"a certificate":      {Steps: certificate(in{"subjectAlternativeNames": []any{"*.example.com"}})},
		"a final period":     {Steps: certificate(in{"domainName": "example.com."}), Want: "cannot end with a period"},
		"a name":             {Steps: certificate(in{"domainName": "*.*.example.com"}), Want: "api error ValidationException"},
		"a long name":        {Steps: certificate(in{"domainName": strings.Repeat("a", 60) + ".example.com"}), Want: "can be no longer than 64 characters"},
		"a method":           {Steps: certificate(in{"validationMethod": "dns"}), Want: "expected validationMethod to be one of"},
		"nothing":            {Steps: awstest.One("it", kernel.CertificateToken, in{}), Want: "one of domainName, privateKey must be specified"},
		"an imported one":    {Steps: awstest.One("it", kernel.CertificateToken, in{"privateKey": "k", "certificateBody": "c"})},
		"a key without body": {Steps: awstest.One("it", kernel.CertificateToken, in{"privateKey": "k"}), Want: "all of `certificateBody,privateKey` must be specified"},
		"validation of nothing": {Steps: []awstest.Step{validate(in{"certificateArn": "arn:aws:acm:eu-west-1:123456789012:certificate/0"})},
			Want: "api error ResourceNotFoundException: Could not find certificate"},
		"validation of an import": {Steps: then(awstest.One("it", kernel.CertificateToken, in{"privateKey": "k", "certificateBody": "c"}), validate(nil)),
			Want: "no validation necessary"},
		"validation without records": {Steps: then(append([]awstest.Step{zone}, certificate(nil)...), validate(nil)),
			Want: "to be issued: timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION', timeout: 1h15m0s)"},
		"validation with other names": {Steps: then(certificate(nil), validate(in{"validationRecordFqdns": []any{"a.example.com"}})),
			Want: "missing www.example.com DNS validation record: _"},
		"validation in the DNS of others": {Steps: then(certificate(nil), validate(nil))},
	})
}

func TestCertificateIsIssuedByItsRecords(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(awstest.PublicNetwork()...).All(
		awstest.Step{Name: "zone", Type: kernel.HostedZoneToken, Inputs: in{"name": "example.com"}},
		awstest.Step{Name: "cert", Type: kernel.CertificateToken, Inputs: in{"domainName": "example.com",
			"subjectAlternativeNames": []any{"*.example.com"}, "validationMethod": "DNS"}},
		awstest.Step{Name: "web", Type: kernel.LoadBalancerToken, Inputs: in{"subnets": []any{"$a", "$b"}}},
		awstest.Step{Name: "targets", Type: kernel.TargetGroupToken, Inputs: in{"port": 80.0, "protocol": "HTTP", "vpcId": "$net"}})
	require.Equal(t, "PENDING_VALIDATION", h.Output("cert", "status"))
	options := h.Output("cert", "domainValidationOptions").([]any)
	require.Len(t, options, 2)
	first, second := options[0].(in), options[1].(in)
	require.Equal(t, first["resourceRecordName"], second["resourceRecordName"], "a wildcard has the record of its parent")
	listener := awstest.Step{Name: "https", Type: kernel.ListenerToken, Inputs: in{"loadBalancerArn": "$web", "port": 443.0,
		"protocol": "HTTPS", "certificateArn": "$cert", "defaultActions": []any{in{"type": "forward", "targetGroupArn": "$targets"}}}}
	require.ErrorContains(t, h.Do(listener), "api error UnsupportedCertificate: The certificate '"+h.IDs["cert"]+"' must have")
	h.All(awstest.Step{Name: "record", Type: kernel.DNSRecordToken, Inputs: in{"zoneId": "$zone", "type": "CNAME", "ttl": 60.0,
		"name": first["resourceRecordName"], "records": []any{first["resourceRecordValue"]}}},
		awstest.Step{Name: "valid", Type: validationToken, Inputs: in{"certificateArn": "$cert"}}, listener)
	h.Refreshed("cert")
	require.Equal(t, "ISSUED", h.Output("cert", "status"))
	require.ErrorContains(t, h.Do(awstest.Step{Name: "-cert"}), "api error ResourceInUseException: Certificate "+h.IDs["cert"])
	found, err := h.Call("aws:acm/getCertificate:getCertificate", in{"domain": "example.com"})
	require.NoError(t, err)
	require.Equal(t, h.IDs["cert"], found["arn"])
	h.All(awstest.Step{Name: "-https"}, awstest.Step{Name: "-valid"}, awstest.Step{Name: "-cert"})
}
