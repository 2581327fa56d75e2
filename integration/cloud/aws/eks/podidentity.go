package eks

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

var (
	dnsLabel = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	dnsName  = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
)

func podIdentity() *cloud.Type {
	return &cloud.Type{
		Token: podIdentityToken, Args: eks.PodIdentityAssociationArgs{}, Resource: &eks.PodIdentityAssociation{},
		Replaces: []string{"clusterName", "namespace", "serviceAccount"},
		ImportID: func(o *cloud.Object) string { return o.Text("clusterName") + "," + o.ID },
		Check: func(c *cloud.Checker) {
			checkClusterName(c, "clusterName")
			// Source: "Labels and Selectors" and "Object Names and IDs", Kubernetes documentation.
			if name, ok := c.Text("namespace"); ok && (!dnsLabel.MatchString(name) || len(name) > 63) {
				c.Add("namespace", "invalid value for namespace: expected a name such as kube-system, got %s", name)
			}
			if name, ok := c.Text("serviceAccount"); ok && (!dnsName.MatchString(name) || len(name) > 253) {
				c.Add("serviceAccount", "invalid value for serviceAccount: expected a name such as web, got %s", name)
			}
		},
		Create: func(c *cloud.Call) error {
			cluster, err := findCluster(c, c.Text("clusterName"))
			if err != nil {
				return err
			}
			if err := podRole(c, c.Text("roleArn")); err != nil {
				return err
			}
			c.Object.Managed = cluster.Key()
			return putAssociation(c)
		},
		Update: func(c *cloud.Call) error { return podRole(c, c.Text("roleArn")) },
	}
}

// associationOf returns the association of a service account, or nil.
func associationOf(c *cloud.Call, cluster, namespace, account string) (*cloud.Object, error) {
	same, err := c.All(podIdentityToken, func(o *cloud.Object) bool {
		return o.Text("clusterName") == cluster && o.Text("namespace") == namespace &&
			o.Text("serviceAccount") == account
	})
	if err != nil || len(same) == 0 {
		return nil, err
	}
	return same[0], nil
}

// putAssociation creates an association. A service account has at most one.
func putAssociation(c *cloud.Call) error {
	same, err := associationOf(c, c.Text("clusterName"), c.Text("namespace"), c.Text("serviceAccount"))
	if err != nil {
		return err
	}
	if same != nil {
		return occupied("Association already exists: %s", same.ID)
	}
	if err := kernel.SetID(c, "a-"); err != nil {
		return err
	}
	c.Set("associationId", c.Object.ID)
	c.Set("associationArn", kernel.ARN(c, "eks", "podidentityassociation/"+c.Text("clusterName")+"/"+c.Object.ID))
	return nil
}
