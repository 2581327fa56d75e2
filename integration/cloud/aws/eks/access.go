package eks

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

// clusterPolicies are the access policies of "Review access policy permissions", and the Kubernetes role that each
// corresponds to, if any.
func clusterPolicies() map[string]string {
	return map[string]string{
		"AmazonEKSClusterAdminPolicy": "cluster-admin", "AmazonEKSAdminPolicy": "admin",
		"AmazonEKSEditPolicy": "edit", "AmazonEKSViewPolicy": "view",
		"AmazonEKSAdminViewPolicy": "view", "AmazonEKSSecretReaderPolicy": "", "AmazonEKSAutoNodePolicy": "",
		"AmazonEKSComputePolicy":    "",
		"AmazonEKSNetworkingPolicy": "", "AmazonEKSBlockStoragePolicy": "", "AmazonEKSLoadBalancingPolicy": "",
		"AmazonEKSHybridPolicy":          "",
		"AmazonEKSClusterInsightsPolicy": "", "AmazonEKSEventPolicy": "",
	}
}

// policyName returns the name of an access policy, and whether it exists.
func policyName(c *cloud.Call, arn string) (string, bool) {
	name, ok := strings.CutPrefix(arn, "arn:"+c.Scope.Values["partition"]+":eks::aws:cluster-access-policy/")
	_, known := clusterPolicies()[name]
	return name, ok && known
}

func entryTypes() []string {
	return []string{"STANDARD", "EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX", "HYPERPOD_LINUX"}
}

func accessEntry() *cloud.Type {
	return &cloud.Type{
		Token: AccessEntryToken, Args: eks.AccessEntryArgs{}, Resource: &eks.AccessEntry{},
		Replaces: []string{"clusterName", "principalArn", "type"},
		Defaults: map[string]any{"type": "STANDARD"},
		Sets:     []string{"kubernetesGroups"},
		Check: func(c *cloud.Checker) {
			checkClusterName(c, "clusterName")
			c.OneOf("type", entryTypes()...)
		},
		Create: createEntry,
		Update: setEntry,
		Delete: func(c *cloud.Call) error {
			// The access policies of a principal are deleted with its entry.
			policies, err := grantedTo(c)
			for _, o := range policies {
				if err := c.Delete(o); err != nil {
					return err
				}
			}
			return err
		},
	}
}

// grantedTo returns the access policies of the principal of an entry.
func grantedTo(c *cloud.Call) ([]*cloud.Object, error) {
	return c.All(AccessPolicyToken, func(o *cloud.Object) bool {
		return o.Text("clusterName") == c.Text("clusterName") && o.Text("principalArn") == c.Text("principalArn")
	})
}

// entriesOf returns the cluster of an entry, or refuses if its authentication mode is CONFIG_MAP.
func entriesOf(c *cloud.Call) (*cloud.Object, error) {
	cluster, err := findCluster(c, c.Text("clusterName"))
	if err == nil && !usesEntries(cluster) {
		err = kernel.Refuse("InvalidRequestException",
			"The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.")
	}
	return cluster, err
}

var entryPrincipal = regexp.MustCompile(`^arn:[a-z-]+:iam::\d{12}:(user|role)/`)

func createEntry(c *cloud.Call) error {
	cluster, err := entriesOf(c)
	if err != nil {
		return err
	}
	ok, err := policy.PrincipalExists(c, c.Text("principalArn"))
	if err != nil {
		return err
	}
	if strings.Contains(c.Text("principalArn"), ":role/aws-service-role/") {
		return kernel.Refuse("InvalidRequestException",
			"The caller is not allowed to modify access entries with a principalArn value of a Service Linked Role")
	}
	// Principals are users and roles, not sessions, accounts or everybody. Source: "Create access entries", Amazon EKS
	// User Guide.
	if !ok || !entryPrincipal.MatchString(c.Text("principalArn")) {
		return invalid("The specified principalArn is invalid: invalid principal: %s", c.Text("principalArn"))
	}
	return putEntry(c, cluster)
}

// putEntry creates an entry for a principal that exists.
func putEntry(c *cloud.Call, cluster *cloud.Object) error {
	c.Object.ID, c.Object.Managed = joinID(cluster.ID, c.Text("principalArn")), cluster.Key()
	same, err := c.Here(AccessEntryToken, c.Object.ID)
	if err != nil {
		return err
	}
	if same != nil {
		return occupied("The specified access entry resource is already in use on this cluster.")
	}
	uuid, err := kernel.NewUUID(c)
	if err != nil {
		return err
	}
	kind, account, name := identityOf(c.Text("principalArn"))
	c.Set("accessEntryArn", kernel.ARN(c, "eks", strings.Join([]string{"access-entry", cluster.ID, kind, account, name,
		uuid}, "/")))
	c.Set("createdAt", time.Now().UTC().Format(time.RFC3339))
	c.SetDefault("type", "STANDARD")
	return setEntry(c)
}

// identityOf returns the kind, the account and the name of a principal, which the ARN of its access entry consists of,
// from an ARN such as arn:aws:iam::ACCOUNT:role/PATH/NAME. Source: "Actions, resources, and condition keys for Amazon
// Elastic Kubernetes Service", resource type access-entry.
func identityOf(arn string) (kind, account, name string) {
	parts := strings.SplitN(arn, ":", 6)
	kind, path, _ := strings.Cut(parts[5], "/")
	return kind, parts[4], path[strings.LastIndex(path, "/")+1:]
}

func setEntry(c *cloud.Call) error {
	c.Set("modifiedAt", time.Now().UTC().Format(time.RFC3339))
	standard := c.Text("type") == "STANDARD"
	// Groups that EKS set itself are not inputs.
	groups := cloud.Texts(c.Object.Inputs["kubernetesGroups"])
	for _, group := range groups {
		if strings.HasPrefix(group, "system:") {
			return invalid("The kubernetes group name %s is invalid, it cannot start with system:", group)
		}
	}
	_, named := c.Object.Inputs["userName"]
	if !standard && (named || len(groups) > 0) {
		return invalid("The username and the kubernetesGroups of an access entry of type %s cannot be set",
			c.Text("type"))
	}
	if name := c.Text("userName"); named &&
		slices.ContainsFunc([]string{"system:", "eks:", "aws:", "amazon:", "iam:"}, func(reserved string) bool {
			return strings.HasPrefix(name, reserved)
		}) {
		return invalid("The username %s is invalid: it cannot start with system:, eks:, aws:, amazon: or iam:", name)
	}
	c.SetDefault("userName", userName(c))
	c.SetDefault("kubernetesGroups", []any{})
	if c.Text("type") == "EC2_LINUX" {
		c.Set("kubernetesGroups", cloud.List("system:nodes"))
	}
	return nil
}

// userName is the Kubernetes user name of a principal.
func userName(c *cloud.Call) string {
	arn := c.Text("principalArn")
	if c.Text("type") != "STANDARD" {
		return "system:node:{{EC2PrivateDNSName}}"
	}
	// arn:partition:iam::account:role/path/name
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && strings.HasPrefix(parts[5], "role/") {
		name := parts[5][strings.LastIndex(parts[5], "/")+1:]
		return "arn:" + parts[1] + ":sts::" + parts[4] + ":assumed-role/" + name + "/{{SessionName}}"
	}
	return arn
}

func accessPolicy() *cloud.Type {
	return &cloud.Type{
		Token: AccessPolicyToken, Args: eks.AccessPolicyAssociationArgs{}, Resource: &eks.AccessPolicyAssociation{},
		Replaces: []string{"accessScope", "clusterName", "policyArn", "principalArn"},
		Sets:     []string{"namespaces"},
		Check: func(c *cloud.Checker) {
			checkClusterName(c, "clusterName")
			scope, _ := c.Value("accessScope").(map[string]any)
			c.OneOfValue("accessScope.type", scope["type"], "cluster", "namespace")
		},
		Create: createPolicyAssociation,
	}
}

func createPolicyAssociation(c *cloud.Call) error {
	cluster, err := entriesOf(c)
	if err != nil {
		return err
	}
	entry, err := c.Here(AccessEntryToken, joinID(cluster.ID, c.Text("principalArn")))
	if err != nil {
		return err
	}
	if entry == nil {
		return kernel.Refuse("ResourceNotFoundException",
			"The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.")
	}
	if _, ok := policyName(c, c.Text("policyArn")); !ok {
		return invalid("The specified policyArn is invalid: %s", c.Text("policyArn"))
	}
	if entry.Text("type") != "STANDARD" && entry.Text("type") != "EC2" {
		return kernel.Refuse("InvalidRequestException",
			"You cannot associate a policy with an access entry of type %s", entry.Text("type"))
	}
	scope := c.Object.Block("accessScope")
	namespaces := cloud.Texts(scope["namespaces"])
	if (scope["type"] == "namespace") != (len(namespaces) > 0) {
		return invalid("The accessScope is invalid: namespaces are for the type namespace, which needs at least one")
	}
	return putPolicyAssociation(c, cluster)
}

func putPolicyAssociation(c *cloud.Call, cluster *cloud.Object) error {
	c.Object.ID, c.Object.Managed = strings.Join([]string{cluster.ID, c.Text("principalArn"), c.Text("policyArn")},
		"#"), cluster.Key()
	now := time.Now().UTC().Format(time.RFC3339)
	c.Set("associatedAt", now)
	c.Set("modifiedAt", now)
	return nil
}

// createCreatorEntry grants administrator access to the creator of a cluster, unless that is disabled.
func createCreatorEntry(c *cloud.Call) error {
	if c.Object.Block("accessConfig")["bootstrapClusterCreatorAdminPermissions"] != true {
		return nil
	}
	principal := map[string]any{"clusterName": c.Object.ID, "principalArn": kernel.Caller(c)}
	// A cluster with the authentication mode CONFIG_MAP grants it as well, by other means.
	put := func(own *cloud.Call) error { return putEntry(own, c.Object) }
	if err := c.CreateBy(put, AccessEntryToken, c.Object, principal); err != nil {
		return err
	}
	policy := map[string]any{
		"policyArn": "arn:" + c.Scope.Values["partition"] +
			":eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
		"accessScope": map[string]any{"type": "cluster"},
	}
	for name, v := range principal {
		policy[name] = v
	}
	associate := func(own *cloud.Call) error { return putPolicyAssociation(own, c.Object) }
	return c.CreateBy(associate, AccessPolicyToken, c.Object, policy)
}

// madeByEKS marks the entries that EKS deletes again.
const madeByEKS = "madeByEks"

// createNodeEntry creates the access entry of a node role, as EKS does for node groups.
func createNodeEntry(c *cloud.Call, cluster *cloud.Object, role string) error {
	same, err := c.Here(AccessEntryToken, joinID(cluster.ID, role))
	if err != nil || same != nil || !usesEntries(cluster) {
		return err
	}
	put := func(own *cloud.Call) error {
		own.Set(madeByEKS, true)
		return putEntry(own, cluster)
	}
	return c.CreateBy(put, AccessEntryToken, cluster,
		map[string]any{"clusterName": cluster.ID, "principalArn": role, "type": "EC2_LINUX"})
}

// deleteNodeEntry deletes the access entry that EKS created for a node role, unless another node group of the cluster
// has the role.
func deleteNodeEntry(c *cloud.Call, cluster, role string) error {
	others, err := c.All(nodeGroupToken,
		func(o *cloud.Object) bool { return o.Text("clusterName") == cluster && o.Text("nodeRoleArn") == role })
	if err != nil || len(others) > 0 {
		return err
	}
	entry, err := c.Here(AccessEntryToken, joinID(cluster, role))
	if err != nil || entry == nil || entry.Outputs[madeByEKS] == nil {
		return err
	}
	return c.Delete(entry)
}

// PolicyGroup returns the Kubernetes group of the principals with an access policy, given by its ARN, in a namespace,
// or in the whole cluster for "". Principals get it when they authenticate, and it is bound to the role of the policy.
func PolicyGroup(policy, namespace string) string {
	group := "eks:policy:" + policy[strings.LastIndex(policy, "/")+1:]
	if namespace == "" {
		return group
	}
	return group + ":" + namespace
}
