package vpc_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// Every row of the table "IPv4 CIDR block association restrictions".
func TestCIDRBlockAssociations(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		reason  string
		primary string
		// added are associated one after the other. All but the last succeed.
		added   []string
		refused bool
	}{
		"10/8 and 10/8":                {"the same private range", "10.16.0.0/16", []string{"10.17.0.0/16"}, false},
		"10/8 and 172.16/12":           {"another private range", "10.16.0.0/16", []string{"172.16.0.0/16"}, true},
		"10/8 and 192.168/16":          {"another private range", "10.16.0.0/16", []string{"192.168.0.0/24"}, true},
		"10/8 and 198.19/16":           {"the benchmark range", "10.16.0.0/16", []string{"198.19.0.0/24"}, true},
		"10/8 and 100.64/10":           {"shared addresses", "10.16.0.0/16", []string{"100.64.0.0/16"}, false},
		"10/8 and public":              {"publicly routable", "10.16.0.0/16", []string{"203.0.113.0/24"}, false},
		"10.1/16 and 10.0/16":          {"a VPC in 10.0.0.0/15", "10.1.0.0/16", []string{"10.0.0.0/16"}, true},
		"10.1/24 and 10.0/24":          {"a VPC in 10.0.0.0/15", "10.1.3.0/24", []string{"10.0.7.0/24"}, true},
		"10.0/24 and 10.0/24":          {"a VPC in 10.0.0.0/15", "10.0.0.0/24", []string{"10.0.1.0/24"}, true},
		"10.0/16 and 10.1/16":          {"only 10.0.0.0/16 is restricted", "10.0.0.0/16", []string{"10.1.0.0/16"}, false},
		"10.2/16 and 10.0/16":          {"no VPC in 10.0.0.0/15", "10.2.0.0/16", []string{"10.0.0.0/16"}, false},
		"10.2/16, 10.1/16, 10.0/16":    {"any associated CIDR block counts", "10.2.0.0/16", []string{"10.1.0.0/16", "10.0.0.0/16"}, true},
		"172.16/12 and 172.16/12":      {"the same private range", "172.20.0.0/16", []string{"172.21.0.0/16"}, false},
		"172.16/12 and 172.31/16":      {"the default VPC's range", "172.20.0.0/16", []string{"172.31.0.0/20"}, true},
		"172.16/12 and 10/8":           {"another private range", "172.20.0.0/16", []string{"10.16.0.0/16"}, true},
		"172.16/12 and 192.168/16":     {"another private range", "172.20.0.0/16", []string{"192.168.0.0/16"}, true},
		"172.16/12 and 198.19/16":      {"the benchmark range", "172.20.0.0/16", []string{"198.19.0.0/16"}, true},
		"172.16/12 and 100.64/10":      {"shared addresses", "172.20.0.0/16", []string{"100.127.0.0/16"}, false},
		"192.168/16 and 192.168/16":    {"the same private range", "192.168.0.0/24", []string{"192.168.1.0/24"}, false},
		"192.168/16 and 10/8":          {"another private range", "192.168.0.0/24", []string{"10.16.0.0/16"}, true},
		"192.168/16 and 172.16/12":     {"another private range", "192.168.0.0/24", []string{"172.16.0.0/16"}, true},
		"192.168/16 and 198.19/16":     {"the benchmark range", "192.168.0.0/24", []string{"198.19.0.0/24"}, true},
		"198.19/16 and 198.19/16":      {"the same range", "198.19.0.0/24", []string{"198.19.1.0/24"}, false},
		"198.19/16 and 10/8":           {"a private range", "198.19.0.0/24", []string{"10.16.0.0/16"}, true},
		"198.19/16 and 172.16/12":      {"a private range", "198.19.0.0/24", []string{"172.16.0.0/16"}, true},
		"198.19/16 and 192.168/16":     {"a private range", "198.19.0.0/24", []string{"192.168.0.0/24"}, true},
		"198.19/16 and 100.64/10":      {"shared addresses", "198.19.0.0/24", []string{"100.64.0.0/16"}, false},
		"public and public":            {"publicly routable", "203.0.113.0/24", []string{"198.51.100.0/24"}, false},
		"public and 100.64/10":         {"shared addresses", "203.0.113.0/24", []string{"100.64.0.0/16"}, false},
		"public and 10/8":              {"a private range", "203.0.113.0/24", []string{"10.16.0.0/16"}, true},
		"100.64/10 and 172.16/12":      {"a private range", "100.64.0.0/16", []string{"172.16.0.0/16"}, true},
		"100.64/10 and 192.168/16":     {"a private range", "100.64.0.0/16", []string{"192.168.0.0/16"}, true},
		"100.64/10 and 198.19/16":      {"the benchmark range", "100.64.0.0/16", []string{"198.19.0.0/16"}, true},
		"100.64/10 and public":         {"publicly routable", "100.64.0.0/16", []string{"203.0.113.0/24"}, false},
		"public and link-local":        {"link-local addresses are reserved", "203.0.113.0/24", []string{"169.254.0.0/24"}, true},
		"public and this host":         {"it is reserved", "203.0.113.0/24", []string{"127.0.0.0/24"}, true},
		"public, then public and 10/8": {"the first CIDR block decides", "203.0.113.0/24", []string{"198.51.100.0/24", "10.16.0.0/16"}, true},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History()
			h.All(awstest.One("net", kernel.VPCToken, in{"cidrBlock": tc.primary})...)
			var err error
			for i, cidr := range tc.added {
				require.NoError(t, err, tc.reason)
				err = h.Do(awstest.Step{Name: "added" + string(rune('a'+i)), Type: awstest.CIDRAssociationToken,
					Inputs: in{"vpcId": "$net", "cidrBlock": cidr}})
			}
			if !tc.refused {
				require.NoError(t, err, tc.reason)
				return
			}
			require.ErrorContains(t, err, "api error InvalidVpc.Range: The CIDR", tc.reason)
			require.ErrorContains(t, err, "is restricted", tc.reason)
		})
	}
	for _, cidr := range []string{"169.254.0.0/16", "127.0.0.0/16", "0.0.0.0/16", "224.0.0.0/16"} {
		_, err := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).TryCreate(kernel.VPCToken, in{"cidrBlock": cidr})
		require.ErrorContains(t, err, "api error InvalidVpc.Range", cidr)
	}
}

func TestRejectedPrefixLists(t *testing.T) {
	t.Parallel()
	list := func(cidr string) []awstest.Step {
		return awstest.One("it", kernel.ManagedPrefixListToken, in{"addressFamily": "IPv4", "maxEntries": 2.0,
			"entries": []any{in{"cidr": cidr}}})
	}
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"a CIDR block":      {Steps: list("10.0.0.0/8")},
		"with host bits":    {Steps: list("10.0.0.1/8"), Want: "did you mean 10.0.0.0/8?"},
		"of another family": {Steps: list("2001:db8::/32"), Want: "is no IPv4 range"},
	})
}

func TestRejectedDHCPOptions(t *testing.T) {
	t.Parallel()
	options := func(inputs in) []awstest.Step { return awstest.One("it", kernel.DHCPOptionsToken, inputs) }
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"Amazon's server":          {Steps: options(in{"domainNameServers": []any{"AmazonProvidedDNS"}})},
		"servers":                  {Steps: options(in{"domainNameServers": []any{"10.0.0.2", "2001:db8::2"}, "netbiosNodeType": "2"})},
		"a host name":              {Steps: options(in{"domainNameServers": []any{"dns.example.com"}}), Want: "Invalid address for domainNameServers"},
		"Amazon's server for time": {Steps: options(in{"ntpServers": []any{"AmazonProvidedDNS"}}), Want: "Invalid address for ntpServers"},
		"five servers": {Steps: options(in{"ntpServers": []any{"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"}}),
			Want: "has more than 4 servers"},
		"a node type": {Steps: options(in{"netbiosNodeType": "3"}), Want: "The NetBIOS node type is 1, 2, 4 or 8"},
	})
}
