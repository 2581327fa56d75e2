package eks

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/eks/catalog"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func cluster() *cloud.Type {
	return &cloud.Type{
		Token: clusterToken, Args: eks.ClusterArgs{}, Resource: &eks.Cluster{},
		Name: "name",
		Replaces: []string{
			"accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons",
			"encryptionConfig.provider", "encryptionConfig.resources",
			"kubernetesNetworkConfig.ipFamily", "kubernetesNetworkConfig.serviceIpv4Cidr", "name", "roleArn",
		},
		// Encryption cannot be removed from a cluster.
		Replacing: func(inputs map[string]any) []string {
			if inputs["encryptionConfig"] == nil {
				return []string{"encryptionConfig"}
			}
			return nil
		},
		Defaults:   map[string]any{"bootstrapSelfManagedAddons": true},
		Sets:       []string{"enabledClusterLogTypes", "publicAccessCidrs", "securityGroupIds", "subnetIds"},
		Recomputes: map[string][]string{"version": {"platformVersion"}},
		Computed: map[string][]string{
			"accessConfig":            {"authenticationMode", "bootstrapClusterCreatorAdminPermissions"},
			"upgradePolicy":           {"supportType"},
			"kubernetesNetworkConfig": {"elasticLoadBalancing", "ipFamily", "serviceIpv4Cidr", "serviceIpv6Cidr"},
			"vpcConfig":               {"clusterSecurityGroupId", "publicAccessCidrs", "vpcId"},
		},
		Check:  checkCluster,
		Create: createCluster,
		Update: updateCluster,
		Delete: deleteCluster,
	}
}

func logTypes() []string {
	return []string{"api", "audit", "authenticator", "controllerManager", "scheduler"}
}

func checkCluster(c *cloud.Checker) {
	checkClusterName(c, "name")
	for _, property := range []string{"outpostConfig", "remoteNetworkConfig"} {
		if c.Has(property) {
			c.Add(property, "the simulated AWS does not cover this option")
		}
	}
	access, _ := c.Value("accessConfig").(map[string]any)
	c.OneOfValue("accessConfig.authenticationMode", access["authenticationMode"], "API", "API_AND_CONFIG_MAP",
		"CONFIG_MAP")
	upgrade, _ := c.Value("upgradePolicy").(map[string]any)
	c.OneOfValue("upgradePolicy.supportType", upgrade["supportType"], "EXTENDED", "STANDARD")
	for _, kind := range cloud.Texts(c.Value("enabledClusterLogTypes")) {
		c.OneOfValue("enabledClusterLogTypes", kind, logTypes()...)
	}
	encryption, _ := c.Value("encryptionConfig").(map[string]any)
	for _, what := range cloud.Texts(encryption["resources"]) {
		c.OneOfValue("encryptionConfig.resources", what, "secrets")
	}
	network, _ := c.Value("kubernetesNetworkConfig").(map[string]any)
	c.OneOfValue("kubernetesNetworkConfig.ipFamily", network["ipFamily"], "ipv4", "ipv6")
	if cidr, ok := network["serviceIpv4Cidr"].(string); ok {
		checkServiceRange(c, cidr)
	}
	vpc, _ := c.Value("vpcConfig").(map[string]any)
	for _, cidr := range cloud.Texts(vpc["publicAccessCidrs"]) {
		kernel.CheckCIDR(c, "vpcConfig.publicAccessCidrs", cidr)
	}
	kernel.CheckARNs(c, "roleArn")
}

func createCluster(c *cloud.Call) error {
	name := c.Text("name")
	same, err := c.Here(clusterToken, name)
	if err != nil {
		return err
	}
	if same != nil {
		return occupied("Cluster already exists with name: %s", name)
	}
	c.SetDefault("version", catalog.DefaultVersion)
	version, err := findVersion(c.Text("version"))
	if err != nil {
		return err
	}
	err = trusts(c, "eks.amazonaws.com", c.Text("roleArn"),
		"Role with arn: %s, could not be assumed because it does not exist or the trusted entity is not correct")
	if err != nil {
		return err
	}
	digits, err := c.Hex(32)
	if err != nil {
		return err
	}
	c.Object.ID = name
	c.Set("arn", kernel.ARN(c, "eks", "cluster/"+name))
	c.Set("createdAt", time.Now().UTC().Format(time.RFC3339))
	c.Set("status", "ACTIVE")
	c.Set("identities", []any{map[string]any{"oidcs": []any{map[string]any{
		"issuer": "https://oidc.eks." + c.Scope.Values["region"] + "." + kernel.DNSSuffix(c) + "/id/" +
			strings.ToUpper(digits),
	}}}})
	setAPI(c.Object, "https://127.0.0.1:1", []byte("no control plane runs behind this cluster"))
	if err := setCluster(c, version); err != nil {
		return err
	}
	if err := createClusterGroup(c); err != nil {
		return err
	}
	if err := setClusterInterfaces(c); err != nil {
		return err
	}
	if err := c.Put(c.Object); err != nil {
		return err
	}
	if err := createCreatorEntry(c); err != nil {
		return err
	}
	return createLogGroup(c)
}

// setAPI sets the endpoint and the certificate authority of a cluster.
func setAPI(o *cloud.Object, server string, ca []byte) {
	data := map[string]any{"data": base64.StdEncoding.EncodeToString(ca)}
	o.Outputs["endpoint"] = server
	o.Outputs["certificateAuthority"], o.Outputs["certificateAuthorities"] = data, []any{data}
}

// setCluster checks a new or updated cluster, and sets its defaults.
func setCluster(c *cloud.Call, version catalog.Version) error {
	c.Set("platformVersion", version.Platform)
	for _, set := range []func(*cloud.Call) error{setClusterNetwork, setServiceRange, setAccess, setEncryption,
		setAutoMode} {
		if err := set(c); err != nil {
			return err
		}
	}
	policy := c.Object.Block("upgradePolicy")
	if policy["supportType"] == "STANDARD" && version.Status == catalog.ExtendedSupport {
		return kernel.Refuse("InvalidRequestException",
			"The version %s is in extended support: the upgrade policy STANDARD is for versions in standard support",
			version.Name)
	}
	cloud.Fill(policy, map[string]any{"supportType": "EXTENDED"})
	c.Set("upgradePolicy", policy)
	return nil
}

func updateCluster(c *cloud.Call) error {
	// Omitted inputs keep their values.
	for _, property := range []string{"version", "accessConfig", "kubernetesNetworkConfig", "upgradePolicy",
		"encryptionConfig"} {
		if v, ok := c.Old.Outputs[property]; ok {
			c.SetDefault(property, v)
		}
	}
	version, err := findVersion(c.Text("version"))
	if err != nil && c.Changed("version") {
		return err
	}
	if c.Changed("version") {
		if err := changeVersion(c); err != nil {
			return err
		}
	} else {
		version.Platform = c.Old.Text("platformVersion")
	}
	if err := setCluster(c, version); err != nil {
		return err
	}
	if err := setClusterInterfaces(c); err != nil {
		return err
	}
	return createLogGroup(c)
}

// Outputs that record the last upgrade of a cluster, which can be rolled back.
const (
	upgradedFrom = "upgradedFrom"
	upgradedAt   = "upgradedAt"
)

// changeVersion upgrades a cluster, or rolls it back.
func changeVersion(c *cloud.Call) error {
	if catalog.Minor(c.Text("version")) < catalog.Minor(c.Old.Text("version")) {
		return checkRollback(c)
	}
	if err := checkUpgrade(c); err != nil {
		return err
	}
	c.Set(upgradedFrom, c.Old.Text("version"))
	c.Set(upgradedAt, time.Now().UTC().Format(time.RFC3339))
	return nil
}

// rollbackWindow is how long an upgrade can be rolled back.
const rollbackWindow = 7 * 24 * time.Hour

// checkRollback rejects a rollback that is not to the version before an upgrade in the last seven days, and nodes that
// would be newer than the control plane. Source: "Roll back a cluster to a previous Kubernetes version", Amazon EKS User
// Guide; codes and messages are from memory of similar ones.
func checkRollback(c *cloud.Call) error {
	from, to := c.Old.Text("version"), c.Text("version")
	at, err := time.Parse(time.RFC3339, c.Old.Text(upgradedAt))
	if err != nil || c.Old.Text(upgradedFrom) != to {
		return invalid("Unsupported Kubernetes minor version update from %s to %s", from, to)
	}
	if time.Since(at) > rollbackWindow {
		return kernel.Refuse("InvalidRequestException",
			"The cluster %s cannot be rolled back to %s: the rollback window of 7 days has ended", c.Object.ID, to)
	}
	groups, err := partsOf(c, nodeGroupToken, c.Object.ID)
	if err != nil {
		return err
	}
	var ahead []string
	for _, g := range groups {
		if catalog.Minor(g.Text("version")) > catalog.Minor(to) {
			ahead = append(ahead, g.Text("nodeGroupName"))
		}
	}
	if len(ahead) > 0 {
		return kernel.Refuse("InvalidRequestException",
			"Nodegroups %s must be rolled back to version %s before the cluster", strings.Join(ahead, ", "), to)
	}
	delete(c.Object.Outputs, upgradedFrom)
	delete(c.Object.Outputs, upgradedAt)
	return nil
}

// checkUpgrade rejects skipped versions and node groups that would be too old.
func checkUpgrade(c *cloud.Call) error {
	from, to := c.Old.Text("version"), c.Text("version")
	if catalog.Minor(to) != catalog.Minor(from)+1 {
		return invalid("Unsupported Kubernetes minor version update from %s to %s", from, to)
	}
	groups, err := partsOf(c, nodeGroupToken, c.Object.ID)
	if err != nil {
		return err
	}
	var behind []string
	for _, g := range groups {
		if catalog.Minor(g.Text("version")) < catalog.Minor(to)-3 {
			behind = append(behind, g.Text("nodeGroupName"))
		}
	}
	if len(behind) > 0 && c.Object.Outputs["forceUpdateVersion"] != true {
		return kernel.Refuse("InvalidRequestException",
			"Nodegroups %s must be updated to match cluster version %s before updating cluster version",
			strings.Join(behind, ", "), from)
	}
	return nil
}

func deleteCluster(c *cloud.Call) error {
	for _, part := range []struct{ typ, message string }{
		{nodeGroupToken, "Cluster has nodegroups attached"}, {fargateToken, "Cluster has Fargate profiles attached"},
	} {
		left, err := partsOf(c, part.typ, c.Object.ID)
		if err != nil {
			return err
		}
		if len(left) > 0 {
			return occupied("%s", part.message)
		}
	}
	// A control plane writes its last records when it stops.
	if err := createLogGroup(c); err != nil {
		return err
	}
	return leaveSecurityGroup(c)
}

// createLogGroup creates the log group of a cluster with control plane logs, if it is missing. EKS never deletes it.
func createLogGroup(c *cloud.Call) error {
	if len(c.Texts("enabledClusterLogTypes")) == 0 {
		return nil
	}
	name := "/aws/eks/" + c.Object.ID + "/cluster"
	group, err := c.Here(kernel.LogGroupToken, name)
	if err != nil || group != nil {
		return err
	}
	role, err := iam.FindRole(c, c.Text("roleArn"))
	if err != nil {
		return err
	}
	if role != nil {
		if _, denied, err := iam.RoleAllows(c, role, "logs:CreateLogGroup"); err != nil || denied {
			return err
		}
	}
	inputs := map[string]any{"name": name, "retentionInDays": 0.0, "skipDestroy": false}
	group = &cloud.Object{Type: kernel.LogGroupToken, ID: name, Place: c.Object.Place, Inputs: inputs,
		Outputs: maps.Clone(inputs)}
	group.Outputs["arn"], group.Outputs["logGroupClass"] = kernel.ARN(c, "logs", "log-group:"+name), "STANDARD"
	group.Outputs["tagsAll"] = map[string]any{}
	return c.Put(group)
}

// setAutoMode rejects an Auto Mode that is enabled in part.
func setAutoMode(c *cloud.Call) error {
	storage, _ := c.Object.Block("storageConfig")["blockStorage"].(map[string]any)
	balancing, _ := c.Object.Block("kubernetesNetworkConfig")["elasticLoadBalancing"].(map[string]any)
	on := []bool{
		c.Object.Block("computeConfig")["enabled"] == true, storage["enabled"] == true, balancing["enabled"] == true,
	}
	if slices.Contains(on, true) && slices.Contains(on, false) {
		return invalid("For EKS Auto Mode, please ensure that all required configs, including computeConfig, kubernetesNetworkConfig, and blockStorage are all " +
			"either fully enabled or fully disabled.")
	}
	if on[0] && c.Object.Outputs["bootstrapSelfManagedAddons"] != false {
		return invalid("When EKS Auto Mode is enabled, bootstrapSelfManagedAddons must be set to false.")
	}
	return nil
}

// findVersion returns a version, or rejects one that EKS does not support.
func findVersion(name string) (catalog.Version, error) {
	all := catalog.Versions()
	i := slices.IndexFunc(all, func(v catalog.Version) bool { return v.Name == name })
	if i < 0 || all[i].Status == catalog.Unsupported {
		return catalog.Version{}, invalid("unsupported Kubernetes version %s", name)
	}
	return all[i], nil
}
