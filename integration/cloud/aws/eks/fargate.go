package eks

import (
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/routing"
)

var profileName = regexp.MustCompile(`^[0-9A-Za-z_-]*$`)

func fargateProfile() *cloud.Type {
	return &cloud.Type{
		Token: fargateToken, Args: eks.FargateProfileArgs{}, Resource: &eks.FargateProfile{},
		Name:     "fargateProfileName",
		Required: []string{"selectors"},
		Replaces: []string{"clusterName", "fargateProfileName", "podExecutionRoleArn", "selectors", "subnetIds"},
		Sets:     []string{"selectors", "subnetIds"},
		Check: func(c *cloud.Checker) {
			checkClusterName(c, "clusterName")
			kernel.CheckARNs(c, "podExecutionRoleArn")
			if name, ok := c.Text("fargateProfileName"); ok && (len(name) < 1 || len(name) > 100) {
				c.Add("fargateProfileName",
					"expected length of fargateProfileName to be in the range (1 - 100), got %s", name)
			}
			if name, ok := c.Text("fargateProfileName"); ok && !profileName.MatchString(name) {
				c.Add("fargateProfileName", "expected fargateProfileName to be letters, digits, - and _, got %s", name)
			}
			if selectors := cloud.Objects(c.Value("selectors")); len(selectors) > 5 {
				c.Add("selectors", "Too many selectors blocks: no more than 5 are allowed, got %d", len(selectors))
			}
		},
		Create: createFargate,
	}
}

func createFargate(c *cloud.Call) error {
	cluster, err := findCluster(c, c.Text("clusterName"))
	if err != nil {
		return err
	}
	c.Object.ID = joinID(cluster.ID, c.Text("fargateProfileName"))
	if strings.HasPrefix(c.Text("fargateProfileName"), "eks-") {
		return invalid("Fargate profile name %s is invalid: names that begin with eks- are reserved",
			c.Text("fargateProfileName"))
	}
	same, err := c.Here(fargateToken, c.Object.ID)
	if err != nil {
		return err
	}
	if same != nil {
		return occupied("A Fargate Profile already exists with this name in this cluster.")
	}
	err = trusts(c, "eks-fargate-pods.amazonaws.com", c.Text("podExecutionRoleArn"),
		"Misconfigured PodExecutionRole Trust Policy of %s; Please add the eks-fargate-pods.amazonaws.com Service Principal")
	if err != nil {
		return err
	}
	if err := fargateSelectors(c); err != nil {
		return err
	}
	if err := fargateSubnets(c, cluster); err != nil {
		return err
	}
	uuid, err := kernel.NewUUID(c)
	c.Set("arn", kernel.ARN(c, "eks", "fargateprofile/"+cluster.ID+"/"+c.Text("fargateProfileName")+"/"+uuid))
	c.Set("status", "ACTIVE")
	return err
}

func fargateSelectors(c *cloud.Call) error {
	selectors := cloud.Objects(c.Object.Outputs["selectors"])
	if len(selectors) == 0 {
		return invalid("Fargate profile must have at least one selector.")
	}
	for _, s := range selectors {
		if labels, _ := s["labels"].(map[string]any); len(labels) > 5 {
			return invalid("Fargate profile selector must not have more than 5 labels.")
		}
		if namespace := cloud.Text(s, "namespace"); namespace == "" {
			return invalid("Fargate profile selector must have a namespace.")
		}
	}
	return nil
}

// fargateSubnets defaults to the cluster's subnets, and rejects public ones.
func fargateSubnets(c *cloud.Call, cluster *cloud.Object) error {
	settings := cluster.Block("vpcConfig")
	c.SetDefault("subnetIds", settings["subnetIds"])
	subnets, err := nodeSubnets(c, cluster, c.Texts("subnetIds"))
	if err != nil {
		return err
	}
	for _, subnet := range subnets {
		public, err := routing.IsPublicSubnet(c, subnet)
		if err != nil {
			return err
		}
		if public {
			return invalid("Subnet %s provided in Fargate Profile is not a private subnet", subnet.ID)
		}
	}
	return nil
}

// onFargate reports whether pods of a namespace run on Fargate.
func onFargate(c *cloud.Call, cluster, namespace string) (bool, error) {
	profiles, err := partsOf(c, fargateToken, cluster)
	for _, p := range profiles {
		for _, s := range cloud.Objects(p.Outputs["selectors"]) {
			if kernel.Match(cloud.Text(s, "namespace"), namespace) {
				return true, err
			}
		}
	}
	return false, err
}
