package application

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	kube "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes"
	"github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/apiextensions"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/existing"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

// ExternalSecrets are environment variables whose values External Secrets Operator reads from a store outside the
// cluster, such as AWS Secrets Manager or Azure Key Vault. Their values are not in the state of the stack.
type ExternalSecrets struct {
	// Store is the name of the store. Required. A change triggers a rollout.
	Store string `pulumi:"store" jsonschema:"required"`
	// StoreKind is the kind of the store: SecretStore (of the namespace) or ClusterSecretStore (of the cluster). A change
	// triggers a rollout.
	StoreKind StoreKind `pulumi:"storeKind,optional" jsonschema:"enum=SecretStore,enum=ClusterSecretStore,default=ClusterSecretStore"`
	// RefreshInterval is how often the operator reads the store. Running pods keep the values that they started with. A
	// change updates the ExternalSecret.
	RefreshInterval string `pulumi:"refreshInterval,optional" jsonschema:"default=1h,format=go-duration"`
	// Env holds the entry of the store for each environment variable. Required. A change triggers a rollout.
	Env map[string]StoreEntry `pulumi:"env" jsonschema:"required"`
}

// StoreEntry is a value in a store.
type StoreEntry struct {
	// Key is the name of the secret in the store. Required.
	Key string `pulumi:"key" jsonschema:"required,minLength=1"`
	// Property is the property of a secret that holds several values, such as those of a JSON object. Default: none.
	Property string `pulumi:"property,optional"`
	// Version is the version of the secret. Default: the latest one.
	Version string `pulumi:"version,optional"`
}

// StoreKind is the kind of a store of secrets.
type StoreKind string

// The kinds of stores. Source: "ExternalSecret", documentation of External Secrets Operator.
const (
	// StoreKindSecretStore is a store of one namespace.
	StoreKindSecretStore StoreKind = "SecretStore"
	// StoreKindClusterSecretStore is a store of the cluster.
	StoreKindClusterSecretStore StoreKind = "ClusterSecretStore"
)

var _ config.Validator = (*ExternalSecrets)(nil)

// Validate implements config.Validator.
func (e *ExternalSecrets) Validate(report *config.Report) {
	apirules.ObjectName.Check(report, []string{"store"}, pulumi.String(e.Store))
	if e.Env != nil && len(e.Env) == 0 {
		report.Add([]string{"env"}, "no variables: add one, or remove externalSecrets")
	}
	for name := range e.Env {
		// The variables are keys of a Secret.
		apirules.DataKey.Check(report, []string{"env", name}, pulumi.String(name))
	}
}

// checkExternalSecrets reports variables that are set twice.
func (a *ApplicationArgs) checkExternalSecrets(report *config.Report) {
	if a.ExternalSecrets == nil {
		return
	}
	for option, set := range map[string]pulumi.StringMapInput{"env": a.Env, "secretEnv": a.SecretEnv} {
		known, _ := set.(pulumi.StringMap)
		for name := range a.ExternalSecrets.Env {
			if _, ok := known[name]; ok {
				report.Add([]string{"externalSecrets", "env", name}, "also set in %s: remove one of the two", report.Locate(option, name))
			}
		}
	}
}

// addExternalSecret creates an ExternalSecret, and returns the name of the Secret that the operator creates. Like those of
// other configuration, the name changes with what it refers to, so that pods restart.
func (app *Application) addExternalSecret(ctx *pulumi.Context, name string, args *ApplicationArgs) (pulumi.StringInput, error) {
	e := args.ExternalSecrets
	text, err := json.Marshal([]any{e.Store, e.StoreKind, e.Env})
	if err != nil {
		return nil, fmt.Errorf("name of external secret %q: %w", name, err)
	}
	sum := sha256.Sum256(text)
	physical := args.Name + "-external-" + hex.EncodeToString(sum[:5])
	data := pulumi.Array{}
	for _, variable := range slices.Sorted(maps.Keys(e.Env)) {
		entry := e.Env[variable]
		ref := pulumi.Map{"key": pulumi.String(entry.Key)}
		if entry.Property != "" {
			ref["property"] = pulumi.String(entry.Property)
		}
		if entry.Version != "" {
			ref["version"] = pulumi.String(entry.Version)
		}
		data = append(data, pulumi.Map{"secretKey": pulumi.String(variable), "remoteRef": ref})
	}
	resource, err := apiextensions.NewCustomResource(ctx, name+"-external", &apiextensions.CustomResourceArgs{
		ApiVersion: pulumi.String("external-secrets.io/v1"),
		Kind:       pulumi.String("ExternalSecret"),
		Metadata:   objectmeta.New(args.Namespace, pulumi.String(physical), args.labels(), existing.Annotations(nil, args.Adopt)),
		OtherFields: kube.UntypedArgs{"spec": pulumi.Map{
			"refreshInterval": pulumi.String(e.RefreshInterval),
			"secretStoreRef":  pulumi.Map{"name": pulumi.String(e.Store), "kind": pulumi.String(e.StoreKind)},
			"target":          pulumi.Map{"name": pulumi.String(physical), "creationPolicy": pulumi.String("Owner")},
			"data":            data,
		}},
	}, app.Child(existing.CustomResource(app, args.Adopt)))
	if err != nil {
		return nil, err
	}
	return resource.Metadata.Name().Elem(), nil
}
