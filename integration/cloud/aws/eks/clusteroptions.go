package eks

import (
	"net/netip"
	"slices"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/vpc"
)

// setAccess sets the authentication mode, which changes from the ConfigMap to the API, and never back.
func setAccess(c *cloud.Call) error {
	access := c.Object.Block("accessConfig")
	cloud.Fill(access, map[string]any{"authenticationMode": "CONFIG_MAP",
		"bootstrapClusterCreatorAdminPermissions": true})
	c.Set("accessConfig", access)
	if c.Old == nil {
		return nil
	}
	modes := []any{"CONFIG_MAP", "API_AND_CONFIG_MAP", "API"}
	from, to := c.Old.Block("accessConfig")["authenticationMode"], access["authenticationMode"]
	if step := slices.Index(modes, to) - slices.Index(modes, from); step < 0 || step > 1 {
		return invalid("Unsupported authentication mode update from %s to %s", from, to)
	}
	return nil
}

// usesEntries reports whether a cluster supports access entries.
func usesEntries(cluster *cloud.Object) bool {
	return cluster.Block("accessConfig")["authenticationMode"] != "CONFIG_MAP"
}

// setEncryption rejects a key that EKS cannot use for secrets.
func setEncryption(c *cloud.Call) error {
	provider, _ := c.Object.Block("encryptionConfig")["provider"].(map[string]any)
	arn, _ := provider["keyArn"].(string)
	if provider == nil || !c.Changed("encryptionConfig") {
		return nil
	}
	key, err := kms.FindKey(c, arn)
	if err != nil {
		return err
	}
	if key == nil || key.Place != c.Object.Place || key.Text("arn") != arn {
		return invalid("The keyArn in encryptionConfig provider is invalid: %s", arn)
	}
	if spec := key.Text("customerMasterKeySpec"); spec != "" && spec != "SYMMETRIC_DEFAULT" {
		return invalid("The keyArn in encryptionConfig provider is invalid: %s is not a symmetric key", arn)
	}
	// EKS uses the key with the permissions of the cluster's creator.
	for _, action := range []string{"kms:DescribeKey", "kms:CreateGrant"} {
		ok, err := kms.KeyAllows(c, arn, policy.Request{Kind: "AWS", Principal: kernel.Caller(c), Action: action,
			Context: map[string]string{
				"kms:ViaService":            "eks." + c.Scope.Values["region"] + "." + kernel.DNSSuffix(c),
				"kms:CallerAccount":         c.Scope.Values["account"],
				"kms:GrantIsForAWSResource": "true",
			}})
		if err != nil {
			return err
		}
		if !ok {
			return invalid("The keyArn in encryptionConfig provider is invalid: %s is disabled, or its policy does not let %s call %s", arn, kernel.Caller(c), action)
		}
	}
	return nil
}

// privateRanges are the CIDR blocks of RFC 1918.
func privateRanges() []netip.Prefix {
	return kernel.Prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
}

// checkServiceRange checks the service CIDR block as the provider does.
func checkServiceRange(c *cloud.Checker, cidr string) {
	const property = "kubernetesNetworkConfig.serviceIpv4Cidr"
	kernel.CheckCIDR(c, property, cidr)
	p, err := netip.ParsePrefix(cidr)
	if err == nil && (p.Bits() < 12 || p.Bits() > 24 || !kernel.Within(privateRanges(), p)) {
		c.Add(property, "expected %s to be a range between /12 and /24 within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, got %s", property, cidr)
	}
}

// setServiceRange sets the default service CIDR block, and rejects one that overlaps the VPC. It cannot be changed.
func setServiceRange(c *cloud.Call) error {
	settings := c.Object.Block("kubernetesNetworkConfig")
	if c.Old != nil {
		was := c.Old.Block("kubernetesNetworkConfig")
		cloud.Fill(settings, was)
		if settings["ipFamily"] != was["ipFamily"] || settings["serviceIpv4Cidr"] != was["serviceIpv4Cidr"] {
			return invalid("The addresses of services of the cluster %s can't be changed", c.Object.ID)
		}
		c.Set("kubernetesNetworkConfig", settings)
		return nil
	}
	cloud.Fill(settings, map[string]any{"ipFamily": "ipv4", "elasticLoadBalancing": map[string]any{"enabled": false}})
	if settings["ipFamily"] == "ipv6" {
		cloud.Fill(settings, map[string]any{"serviceIpv6Cidr": "fd00:ec2:0:1::/108"})
		c.Set("kubernetesNetworkConfig", settings)
		return nil
	}
	network, err := kernel.Existing(c, kernel.VPCToken, cloud.Text(c.Object.Block("vpcConfig"), "vpcId"))
	if err != nil {
		return err
	}
	taken, err := vpc.IPv4Ranges(c, network)
	if err != nil {
		return err
	}
	// The default of EKS depends on the CIDR blocks of the VPC.
	own := "10.100.0.0/16"
	if slices.ContainsFunc(taken, kernel.Prefixes("10.0.0.0/8")[0].Overlaps) {
		own = "172.20.0.0/16"
	}
	cloud.Fill(settings, map[string]any{"serviceIpv4Cidr": own})
	cidr := cloud.Text(settings, "serviceIpv4Cidr")
	if slices.ContainsFunc(taken, kernel.Prefixes(cidr)[0].Overlaps) {
		return invalid("The serviceIpv4Cidr %s overlaps with a CIDR block of the VPC %s", cidr, network.ID)
	}
	c.Set("kubernetesNetworkConfig", settings)
	return nil
}
