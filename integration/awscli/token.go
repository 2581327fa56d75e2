package awscli

import (
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/eks"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/execcredential"
)

const (
	// session is the session name of the AWS CLI when it assumes a role for a token.
	session = "EKSGetTokenAuth"
	// worthless is the token of a caller without access.
	worthless = "k8s-aws-v1.nobody"
	// life is how long a token of EKS is valid.
	life = 14 * time.Minute
)

// identity is the Kubernetes identity of a caller.
type identity struct {
	// dir is the folder of the cluster's control plane.
	dir    string
	user   string
	groups []string
}

// answer writes the credential of the caller.
func (r request) answer(ctx context.Context, store *cloud.Store, out io.Writer) error {
	known, err := r.find(store)
	if err != nil {
		return err
	}
	if known == nil {
		return execcredential.WriteToken(out, worthless)
	}
	// Access to a namespace cannot be granted before the namespace exists.
	if err := clusters.RefreshAccess(ctx, known.dir); err != nil {
		return err
	}
	certificate, key, expires, err := clusters.Credential(known.dir, known.user, known.groups, life)
	if err != nil {
		return err
	}
	return execcredential.WriteCertificate(out, certificate, key, expires)
}

// caller returns the ARN of the caller.
func (r request) caller(tx *cloud.Tx) (string, error) {
	user := kernel.CallerIn(r.region)
	if r.role == "" {
		return user, nil
	}
	// arn:partition:iam::account:role/name
	parts := strings.Split(r.role, ":")
	if len(parts) != 6 || parts[2] != "iam" || !strings.HasPrefix(parts[5], "role/") {
		return "", fmt.Errorf("--role-arn %q is not the ARN of a role: expected arn:aws:iam::ACCOUNT:role/NAME", r.role)
	}
	roles, err := tx.List(kernel.RoleToken)
	if err != nil {
		return "", err
	}
	// Roles of other accounts always exist.
	if parts[4] == kernel.Account && !slices.ContainsFunc(roles,
		func(o *cloud.Object) bool { return o.Text("arn") == r.role }) {
		return "", fmt.Errorf("an error occurred (AccessDenied) when calling the AssumeRole operation: "+
			"User: %s is not authorized to perform: sts:AssumeRole on resource: %s", user, r.role)
	}
	return r.role, nil
}

// find returns the identity of the caller by its access entry, or nil.
func (r request) find(store *cloud.Store) (*identity, error) {
	var known *identity
	err := store.Do(func(tx *cloud.Tx) error {
		principal, err := r.caller(tx)
		if err != nil {
			return err
		}
		entries, err := r.own(tx, eks.AccessEntryToken, principal)
		if err != nil || len(entries) == 0 {
			return err
		}
		entry := entries[0]
		known = &identity{
			dir:    clusters.Dir(store.Dir(), entry.Place, r.cluster),
			user:   strings.ReplaceAll(entry.Text("userName"), "{{SessionName}}", session),
			groups: entry.Texts("kubernetesGroups"),
		}
		policies, err := r.own(tx, eks.AccessPolicyToken, principal)
		for _, o := range policies {
			known.groups = append(known.groups, policyGroups(o)...)
		}
		return err
	})
	return known, err
}

// own returns the objects of a type of the cluster for a principal.
func (r request) own(tx *cloud.Tx, typ, principal string) ([]*cloud.Object, error) {
	all, err := tx.List(typ)
	return slices.DeleteFunc(all, func(o *cloud.Object) bool {
		// A place is account/region.
		return path.Base(o.Place) != r.region || o.Text("clusterName") != r.cluster ||
			o.Text("principalArn") != principal
	}), err
}

// policyGroups returns the groups of a principal with an access policy: one, or one for each of its namespaces.
func policyGroups(o *cloud.Object) []string {
	scope, _ := o.Outputs["accessScope"].(map[string]any)
	if scope["type"] != "namespace" {
		return []string{eks.PolicyGroup(o.Text("policyArn"), "")}
	}
	var out []string
	namespaces, _ := scope["namespaces"].([]any)
	for _, namespace := range namespaces {
		out = append(out, eks.PolicyGroup(o.Text("policyArn"), fmt.Sprint(namespace)))
	}
	return out
}
