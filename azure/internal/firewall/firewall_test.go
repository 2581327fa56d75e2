package firewall_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/internal/firewall"
	"github.com/ashlar-iac/ashlar/core/config"
)

type holder struct {
	Ranges  pulumi.StringArrayInput `pulumi:"ranges"`
	Subnets pulumi.StringArrayInput `pulumi:"subnets"`
}

func (h *holder) Validate(report *config.Report) {
	const storage = 30
	firewall.CheckRanges(report, []string{"ranges"}, h.Ranges, storage)
	firewall.CheckSubnets(report, []string{"subnets"}, h.Subnets)
}

func TestRangesThatAzureRejectsAreReported(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"198.51.100.7":    "",
		"198.51.100.0/24": "",
		"198.51.100.4/30": "",
		"198.51.100.4/31": "ranges[0]: CIDR blocks have a prefix of at most /30: use single addresses, such as 198.51.100.4",
		"198.51.100.7/32": "ranges[0]: CIDR blocks have a prefix of at most /30: use single addresses, such as 198.51.100.7",
		"198.51.100.7/24": "ranges[0]: 198.51.100.7 is not the first address of the CIDR block: use 198.51.100.0/24",
		"10.0.0.1":        "ranges[0]: 10.0.0.1 is not a public address, and rules apply to these only: use subnetIds",
		"192.168.0.0/16":  "ranges[0]: 192.168.0.0/16 is not a public address",
		"169.254.1.1":     "ranges[0]: 169.254.1.1 is not a public address",
		"0.0.0.0/0":       "ranges[0]: 0.0.0.0/0 allows all addresses: set allNetworks instead",
		"2001:db8::1":     `ranges[0]: found "2001:db8::1": use a public IPv4 address or CIDR block`,
		"office":          `ranges[0]: found "office"`,
	} {
		err := config.Check("x", &holder{Ranges: pulumi.StringArray{pulumi.String(text), pulumi.String("").ToStringOutput()}})
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.ErrorContains(t, err, want)
	}
}

func TestIDsOfSubnetsAreChecked(t *testing.T) {
	t.Parallel()
	const id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/main/subnets/web"
	require.NoError(t, config.Check("x", &holder{Subnets: pulumi.ToStringArray([]string{id})}))
	require.ErrorContains(t, config.Check("x", &holder{Subnets: pulumi.ToStringArray([]string{id, "web"})}),
		`subnets[1]: found "web": use the resource ID of a subnet with a service endpoint`)
}

func TestEmptyListsAreNone(t *testing.T) {
	t.Parallel()
	require.False(t, firewall.Given(nil))
	require.False(t, firewall.Given(pulumi.StringArray{}))
	require.True(t, firewall.Given(pulumi.StringArray{pulumi.String("x")}))
	require.True(t, firewall.Given(pulumi.StringArray{}.ToStringArrayOutput()))
}

func TestAccessFollowsTheAllowedNetworks(t *testing.T) {
	t.Parallel()
	some := pulumi.ToStringArray([]string{"198.51.100.7"})
	for name, tc := range map[string]struct {
		all              bool
		ranges, subnets  pulumi.StringArrayInput
		endpoint, action string
	}{
		"none":         {false, nil, nil, "Disabled", "Deny"},
		"empty lists":  {false, pulumi.StringArray{}, pulumi.StringArray{}, "Disabled", "Deny"},
		"ranges":       {false, some, nil, "Enabled", "Deny"},
		"subnets":      {false, nil, some, "Enabled", "Deny"},
		"all networks": {true, nil, nil, "Enabled", "Allow"},
	} {
		endpoint, action := firewall.Access(tc.all, tc.ranges, tc.subnets)
		require.Equal(t, tc.endpoint, endpoint, name)
		require.Equal(t, tc.action, action, name)
	}
	require.Equal(t, "AzureServices", firewall.Bypass(true))
	require.Equal(t, "None", firewall.Bypass(false))
}
