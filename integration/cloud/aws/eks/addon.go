package eks

import (
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"sigs.k8s.io/yaml"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/eks/catalog"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/iam"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func addon() *cloud.Type {
	return &cloud.Type{
		Token: addonToken, Args: eks.AddonArgs{}, Resource: &eks.Addon{},
		Replaces: []string{"addonName", "clusterName"},
		Same:     kernel.JSON("configurationValues"),
		Sets:     []string{"podIdentityAssociations"},
		Check: func(c *cloud.Checker) {
			checkClusterName(c, "clusterName")
			c.OneOf("resolveConflicts", "NONE", "OVERWRITE", "PRESERVE")
			c.OneOf("resolveConflictsOnCreate", "NONE", "OVERWRITE")
			c.OneOf("resolveConflictsOnUpdate", "NONE", "OVERWRITE", "PRESERVE")
			c.Conflict("resolveConflicts", "resolveConflictsOnCreate")
			c.Conflict("resolveConflicts", "resolveConflictsOnUpdate")
		},
		Create: createAddon,
		Update: updateAddon,
	}
}

func createAddon(c *cloud.Call) error {
	cluster, err := findCluster(c, c.Text("clusterName"))
	if err != nil {
		return err
	}
	name := c.Text("addonName")
	c.Object.ID, c.Object.Managed = joinID(cluster.ID, name), cluster.Key()
	same, err := c.Here(addonToken, c.Object.ID)
	if err != nil {
		return err
	}
	if same != nil {
		return occupied("Addon already exists.")
	}
	uuid, err := kernel.NewUUID(c)
	if err != nil {
		return err
	}
	c.Set("arn", kernel.ARN(c, "eks", "addon/"+cluster.ID+"/"+name+"/"+uuid))
	c.Set("createdAt", time.Now().UTC().Format(time.RFC3339))
	kind, err := setAddon(c, cluster)
	if err != nil {
		return err
	}
	// A cluster with self-managed add-ons conflicts with the same add-ons managed by EKS, unless they are overwritten.
	own := slices.Contains([]string{"vpc-cni", "kube-proxy", "coredns"}, name) &&
		cluster.Outputs["bootstrapSelfManagedAddons"] != false
	if own && !slices.Contains([]string{c.Text("resolveConflicts"), c.Text("resolveConflictsOnCreate")}, "OVERWRITE") {
		return addonFails(c, "CREATE_FAILED", "ConfigurationConflict",
			"Conflicts found when trying to apply. Will not continue due to resolve conflicts mode.")
	}
	ok, err := runs(c, cluster, kind)
	if err == nil && !ok {
		err = addonFails(c, "DEGRADED", "InsufficientNumberOfReplicas",
			"The add-on is unhealthy because it doesn't have the desired number of replicas.")
	}
	return err
}

// addonFails is the error of the provider for an add-on that does not become active.
func addonFails(c *cloud.Call, state, code, message string) error {
	return kernel.Errorf("waiting for EKS Add-On (%s) create: unexpected state '%s', wanted target 'ACTIVE'. last error: %s: %s", c.Object.ID, state, code, message)
}

func updateAddon(c *cloud.Call) error {
	cluster, err := findCluster(c, c.Text("clusterName"))
	if err != nil {
		return err
	}
	c.SetDefault("addonVersion", c.Old.Outputs["addonVersion"])
	_, err = setAddon(c, cluster)
	return err
}

// setAddon checks a new or updated add-on, and sets its defaults.
func setAddon(c *cloud.Call, cluster *cloud.Object) (catalog.Addon, error) {
	c.Set("modifiedAt", time.Now().UTC().Format(time.RFC3339))
	kind, versions, err := findAddon(c, c.Text("addonName"), cluster.Text("version"))
	if err != nil {
		return kind, err
	}
	c.SetDefault("addonVersion", defaultAddonVersion(versions))
	// A version that the cluster's new Kubernetes version does not offer is kept.
	if c.Changed("addonVersion") && !slices.Contains(versions, c.Text("addonVersion")) {
		return kind, invalid("Addon version specified is not supported: %s has %s for Kubernetes %s, not %s",
			c.Text("addonName"), strings.Join(versions, ", "), cluster.Text("version"), c.Text("addonVersion"))
	}
	c.SetDefault("configurationValues", "")
	if err := checkValues(c, kind); err != nil {
		return kind, err
	}
	if arn := c.Text("serviceAccountRoleArn"); arn != "" {
		role, err := iam.FindRole(c, arn)
		if err != nil {
			return kind, err
		}
		if role == nil {
			return kind, invalid("The serviceAccountRoleArn is invalid: there is no role %s", arn)
		}
	}
	return kind, associateAddon(c, cluster, kind)
}

// checkValues rejects a configuration that does not match the add-on's schema.
func checkValues(c *cloud.Call, kind catalog.Addon) error {
	values, err := valuesOf(c.Object)
	if err != nil {
		return invalid("ConfigurationValue provided in request is not supported: it is neither JSON nor YAML of an object: %v", err)
	}
	problems, err := kind.Problems(values)
	if err != nil || len(problems) == 0 {
		return err
	}
	return invalid("ConfigurationValue provided in request is not supported: Json schema validation failed with error: [%s]", strings.Join(problems, ", "))
}

// valuesOf returns the configuration of an add-on.
func valuesOf(o *cloud.Object) (map[string]any, error) {
	values := map[string]any{}
	err := yaml.Unmarshal([]byte(o.Text("configurationValues")), &values)
	return values, err
}

// associateAddon gives the service accounts of an add-on exactly the requested roles.
func associateAddon(c *cloud.Call, cluster *cloud.Object, kind catalog.Addon) error {
	has, err := c.All(podIdentityToken, func(o *cloud.Object) bool { return o.Managed == c.Object.Key() })
	if err != nil {
		return err
	}
	for _, o := range has {
		if err := c.Delete(o); err != nil {
			return err
		}
	}
	wanted := cloud.Objects(c.Object.Outputs["podIdentityAssociations"])
	if len(wanted) == 0 {
		return nil
	}
	agent, err := c.Here(addonToken, joinID(cluster.ID, "eks-pod-identity-agent"))
	if err != nil {
		return err
	}
	if agent == nil {
		return invalid("The add-on eks-pod-identity-agent is not installed in the cluster %s: podIdentityAssociations of %s have no effect without it",
			cluster.ID, c.Text("addonName"))
	}
	for _, a := range wanted {
		account := cloud.Text(a, "serviceAccount")
		if !slices.Contains(kind.Accounts, account) {
			return invalid("The service account %s is not supported by the addon %s, which has [%s]", account,
				c.Text("addonName"), strings.Join(kind.Accounts, ", "))
		}
		if err := podRole(c, cloud.Text(a, "roleArn")); err != nil {
			return err
		}
		err := c.CreateBy(putAssociation, podIdentityToken, c.Object, map[string]any{
			"clusterName": cluster.ID, "namespace": namespaceOf(kind), "serviceAccount": account,
			"roleArn": cloud.Text(a, "roleArn"),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func namespaceOf(kind catalog.Addon) string {
	if kind.Namespace == "" {
		return "kube-system"
	}
	return kind.Namespace
}

// runs reports whether there are nodes for the pods of an add-on.
func runs(c *cloud.Call, cluster *cloud.Object, kind catalog.Addon) (bool, error) {
	automatic := cluster.Block("computeConfig")["enabled"] == true
	if !kind.Replicas || automatic {
		return true, nil
	}
	values, err := valuesOf(c.Object)
	if err != nil {
		return false, err
	}
	if text, _ := values["computeType"].(string); strings.EqualFold(text, "fargate") {
		return onFargate(c, cluster.ID, namespaceOf(kind))
	}
	groups, err := partsOf(c, nodeGroupToken, cluster.ID)
	if err != nil {
		return false, err
	}
	tolerated := tolerations(values)
	for _, g := range groups {
		desired, _ := g.Block("scalingConfig")["desiredSize"].(float64)
		if desired > 0 && admits(g, tolerated) {
			return true, nil
		}
	}
	return false, nil
}

// tolerations returns the keys of the taints that a configuration tolerates at any depth, and "*" for all of them.
// System add-ons always tolerate CriticalAddonsOnly.
func tolerations(v any) []string {
	out := []string{"CriticalAddonsOnly"}
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			out = append(out, tolerations(inner)...)
			for _, t := range cloud.Objects(inner) {
				if name != "tolerations" {
					continue
				}
				key := cloud.Text(t, "key")
				if key == "" {
					key = "*"
				}
				out = append(out, key)
			}
		}
	case []any:
		for _, inner := range v {
			out = append(out, tolerations(inner)...)
		}
	}
	return out
}

// admits reports whether pods tolerate the taints of a node group.
func admits(group *cloud.Object, tolerated []string) bool {
	for _, taint := range cloud.Objects(group.Outputs["taints"]) {
		if taint["effect"] != "PREFER_NO_SCHEDULE" && !slices.Contains(tolerated, cloud.Text(taint, "key")) &&
			!slices.Contains(tolerated, "*") {
			return false
		}
	}
	return true
}

// findAddon returns an add-on and its versions for a Kubernetes version, the oldest first, or rejects its name.
func findAddon(c *cloud.Call, name, version string) (catalog.Addon, []string, error) {
	kind, ok := catalog.Addons()[name]
	if !ok {
		return kind, nil, invalid("Addon %s specified is not supported in %s kubernetes version", name, version)
	}
	later, err := catalog.PublishedAddonVersions(c, name)
	if err != nil {
		return kind, nil, err
	}
	if kind.Versions != nil {
		return kind, append(slices.Clone(kind.Versions), later...), nil
	}
	for _, v := range catalog.Versions() {
		if v.Name == version {
			return kind, append(slices.Clone(map[string][]string{"kube-proxy": v.Proxy, "coredns": v.DNS}[name]),
				later...), nil
		}
	}
	return kind, nil, invalid("unsupported Kubernetes version %s", version)
}

// defaultAddonVersion is the second newest: EKS waits before it makes a version the default.
func defaultAddonVersion(versions []string) string { return versions[max(0, len(versions)-2)] }
