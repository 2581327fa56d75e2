package containerservice

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/authorization"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/controlplane"
)

// planes runs the control planes of clusters, as the work of types.
type planes struct{ clusters.ControlPlanes }

// Attach adds the work for control planes to the types of services: clusters and pools, role assignments, which grant
// access to clusters, and resource groups, which are deleted with the clusters in them.
func Attach(run clusters.ControlPlanes, services []cloud.Service) {
	p := planes{run}
	work := map[string]func(context.Context, *cloud.Work) error{kernel.ClusterToken: p.cluster, kernel.PoolToken: p.pool,
		kernel.AssignmentToken: p.assignment, kernel.GroupToken: p.group}
	for _, service := range services {
		for _, t := range service.Types {
			if f, ok := work[t.Token]; ok {
				t.Work = f
			}
		}
	}
}

// AuthorityDir returns the folder of the authority whose client certificates all clusters of the store in a folder accept,
// as real ones accept tokens of Microsoft Entra ID: kubelogin does not know for which cluster it is called.
func AuthorityDir(root string) string { return filepath.Join(root, "entra") }

// planeDir returns the folder of the control plane of a cluster.
func planeDir(root string, o *cloud.Object) string {
	return clusters.Dir(root, o.Place+"/"+strings.ToLower(kernel.ID(o.ID).Group()), o.Text("name"))
}

// idFile is the file with the id of a cluster, in the folder of its control plane.
const idFile = "azure-id"

func (p planes) cluster(ctx context.Context, w *cloud.Work) error {
	dir := planeDir(w.Dir, w.Object)
	switch w.Operation {
	case "create":
		if err := p.start(ctx, w, dir); err != nil {
			return err
		}
	case "update":
		before, after := minorOf(w.Old.Text("currentKubernetesVersion")), w.Object.Text("currentKubernetesVersion")
		if before != minorOf(after) {
			if err := clusters.IgnoreMissing(p.Upgrade(ctx, dir, after)); err != nil {
				return err
			}
		}
	default:
		return p.Stop(ctx, dir)
	}
	if err := p.inline(ctx, w, dir); err != nil {
		return err
	}
	return p.access(ctx, w, dir, w.Object)
}

func (p planes) start(ctx context.Context, w *cloud.Work, dir string) error {
	authority, err := controlplane.OpenAuthority(AuthorityDir(w.Dir))
	if err != nil {
		return err
	}
	certificate, err := authority.Certificate()
	if err != nil {
		return err
	}
	location := w.Object.Text("location")
	at, err := p.Start(ctx, dir, clusters.Spec{
		Name: w.Object.Text("name"), Region: location, Version: w.Object.Text("currentKubernetesVersion"),
		Issuer:             cloud.Text(w.Object.Block("oidcIssuerProfile"), "issuerURL"),
		LoadBalancerDomain: location + ".cloudapp.azure.com", ClientCA: certificate,
	})
	if err != nil {
		return err
	}
	setEndpoint(w.Object, at.Server, at.CA)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, idFile), []byte(w.Object.ID), 0o600)
}

// inline sets the nodes of the pools that a cluster lists.
func (p planes) inline(ctx context.Context, w *cloud.Work, dir string) error {
	var pools []*cloud.Object
	err := w.Do(func(c *cloud.Call) (err error) {
		pools, err = poolsOf(c, w.Object)
		return err
	})
	if err != nil {
		return err
	}
	for _, values := range cloud.Objects(w.Object.Inputs[profiles]) {
		for _, o := range pools {
			if o.Text("name") != cloud.Text(values, "name") {
				continue
			}
			if err := clusters.IgnoreMissing(p.SetNodes(ctx, dir, o.Text("name"), nodesOf(w.Object, o))); err != nil {
				return err
			}
		}
	}
	return nil
}

// pool sets the nodes of a pool.
func (p planes) pool(ctx context.Context, w *cloud.Work) error {
	var of *cloud.Object
	err := w.Do(func(c *cloud.Call) (err error) {
		of, err = c.Owner(w.Object)
		return err
	})
	if err != nil || of == nil {
		return err
	}
	var nodes []clusters.Node
	if w.Operation != "delete" {
		nodes = nodesOf(of, w.Object)
	}
	return clusters.IgnoreMissing(p.SetNodes(ctx, planeDir(w.Dir, of), w.Object.Text("name"), nodes))
}

// access grants access to a cluster: to the administrators of Microsoft Entra ID, and with Azure RBAC to the principals with
// roles.
func (p planes) access(ctx context.Context, w *cloud.Work, dir string, of *cloud.Object) error {
	return clusters.IgnoreMissing(p.SetAccess(ctx, dir, func() ([]clusters.Access, error) {
		directory := of.Block("aadProfile")
		var out []clusters.Access
		for _, group := range cloud.Texts(directory["adminGroupObjectIDs"]) {
			out = append(out, clusters.Access{Group: group, ClusterRole: "cluster-admin"})
		}
		if directory["enableAzureRBAC"] != true {
			return out, nil
		}
		err := w.Do(func(c *cloud.Call) error {
			all, err := c.List(kernel.AssignmentToken)
			for _, o := range all {
				deleted := w.Operation == "delete" && o.Key() == w.Object.Key()
				if a, ok := accessOf(o, of.ID); ok && !deleted {
					out = append(out, a)
				}
			}
			return err
		})
		return out, err
	}))
}

// accessOf returns the access to a cluster that a role assignment grants. Source: "Use Azure RBAC for Kubernetes
// authorization in AKS".
func accessOf(assignment *cloud.Object, cluster string) (clusters.Access, bool) {
	role := map[string]string{
		"Azure Kubernetes Service RBAC Cluster Admin": "cluster-admin", "Azure Kubernetes Service RBAC Admin": "admin",
		"Azure Kubernetes Service RBAC Writer": "edit", "Azure Kubernetes Service RBAC Reader": "view",
	}[authorization.BuiltIn(assignment.Text("roleDefinitionId"))]
	scope := assignment.Text("scope")
	out := clusters.Access{ClusterRole: role}
	if namespace, ok := namespaceOf(scope, cluster); ok {
		out.Namespace = namespace
	} else if !kernel.ID(cluster).In(scope) {
		return out, false
	}
	if assignment.Text("principalType") == "Group" {
		out.Group = assignment.Text("principalId")
	} else {
		out.User = assignment.Text("principalId")
	}
	return out, role != ""
}

// namespaceOf returns the namespace of a scope within a cluster: CLUSTER/namespaces/NAME.
func namespaceOf(scope, cluster string) (string, bool) {
	prefix := strings.ToLower(cluster) + "/namespaces/"
	if !strings.HasPrefix(strings.ToLower(scope), prefix) {
		return "", false
	}
	return scope[len(prefix):], true
}

// assignment updates the access to the clusters in the scope of a role assignment.
func (p planes) assignment(ctx context.Context, w *cloud.Work) error {
	var all []*cloud.Object
	err := w.Do(func(c *cloud.Call) (err error) {
		all, err = c.List(kernel.ClusterToken)
		return err
	})
	if err != nil {
		return err
	}
	for _, o := range all {
		if _, ok := accessOf(w.Object, o.ID); !ok {
			continue
		}
		if err := p.access(ctx, w, planeDir(w.Dir, o), o); err != nil {
			return err
		}
	}
	return nil
}

// group stops the control planes of the clusters of a resource group that is deleted: its deletion deleted the clusters
// already.
func (p planes) group(ctx context.Context, w *cloud.Work) error {
	if w.Operation != "delete" {
		return nil
	}
	dirs, err := clusters.Dirs(w.Dir)
	if err != nil {
		return err
	}
	for _, dir := range dirs {
		id, err := os.ReadFile(filepath.Join(dir, idFile))
		switch {
		case errors.Is(err, fs.ErrNotExist): // It is a cluster of another cloud.
			continue
		case err != nil:
			return err
		case !kernel.ID(id).In(w.Object.ID):
			continue
		}
		if err := p.Stop(ctx, dir); err != nil {
			return err
		}
	}
	return nil
}
