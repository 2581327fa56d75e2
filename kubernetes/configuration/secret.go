package configuration

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	corev1 "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes/core/v1"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/objectmeta"
)

// SecretToken is the type of the component [Secret].
const SecretToken = "ashlar-kubernetes:configuration:Secret"

// Secret is an immutable Secret whose name ends with random digits, which change with the content. They are not a hash:
// principals that can read the name but not the content could test guesses against a hash.
type Secret struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the Secret in the cluster, which changes with the content.
	Name pulumi.StringOutput `pulumi:"name"`
}

// SecretType is the type of a [Secret]: one of the constants below, or a custom one.
type SecretType string

// Types of Secrets. Source: "Secrets", Kubernetes documentation.
const (
	// SecretTypeOpaque is for arbitrary data.
	SecretTypeOpaque SecretType = "Opaque"
	// SecretTypeTLS is for a certificate (tls.crt) and its private key (tls.key).
	SecretTypeTLS SecretType = "kubernetes.io/tls"
	// SecretTypeBasicAuth is for a username and a password.
	SecretTypeBasicAuth SecretType = "kubernetes.io/basic-auth"
	// SecretTypeSSHAuth is for a private key (ssh-privatekey).
	SecretTypeSSHAuth SecretType = "kubernetes.io/ssh-auth"
	// SecretTypeDockerConfigJSON is for credentials of image registries (.dockerconfigjson).
	SecretTypeDockerConfigJSON SecretType = "kubernetes.io/dockerconfigjson"
)

// SecretArgs are the arguments of a [Secret].
type SecretArgs struct {
	// Namespace is the name of the namespace. Required. A change replaces the Secret.
	Namespace pulumi.StringInput `pulumi:"namespace" jsonschema:"required"`
	// Data is the content by key, without base64 encoding. It is always stored as a secret. Required without fromFiles. A
	// change replaces the Secret by one with another name.
	Data pulumi.StringMapInput `pulumi:"data,optional" config:"secret"`
	// FromFiles lists paths of files, and of directories whose files are added, without their subdirectories. The key of a
	// file is its name; its content is always stored as a secret. The files are not encrypted: keep them out of version
	// control. In a stack file, paths are relative to it. Default: none. A change of a file replaces the Secret by one with
	// another name.
	FromFiles []string `pulumi:"fromFiles,optional" config:"path"`
	// Type is the type of the Secret, such as kubernetes.io/tls. It determines the required keys. A change replaces the
	// Secret.
	Type SecretType `pulumi:"type,optional" jsonschema:"default=Opaque"`
	// Labels are added to the Secret. Default: none. A change updates the Secret.
	Labels pulumi.StringMapInput `pulumi:"labels,optional" config:"plain"`
}

var _ config.Validator = (*SecretArgs)(nil)

// Validate implements config.Validator.
func (a *SecretArgs) Validate(report *config.Report) {
	apirules.Namespace.Check(report, []string{"namespace"}, a.Namespace)
	apirules.CheckLabels(report, []string{"labels"}, a.Labels, nil)
	apirules.CheckData(report, []string{"data"}, a.Data)
	if a.Type == serviceAccountToken {
		report.Add([]string{"type"}, "tokens of service accounts are created by Kubernetes: use mountServiceAccountToken")
	}
	files := readFiles(a.FromFiles)
	files.check(report, a.Data, a.FromFiles)
	known, ok := a.Data.(pulumi.StringMap)
	// Files that cannot be read are reported.
	if empty := a.Data == nil && len(a.FromFiles) == 0; (ok || a.Data == nil) && !empty && len(files.problems) == 0 {
		if problem := a.Type.missing(append(slices.Collect(maps.Keys(known)), files.keys()...)); problem != "" {
			report.Add([]string{"data"}, "%s", problem)
		}
	}
}

// serviceAccountToken is the type of Secrets that Kubernetes fills in.
const serviceAccountToken SecretType = "kubernetes.io/service-account-token"

// requiredKeys holds the keys that a type requires: one of each list. Source: "Secrets", Kubernetes documentation.
var requiredKeys = map[SecretType][][]string{
	SecretTypeTLS:              {{"tls.crt"}, {"tls.key"}},
	SecretTypeBasicAuth:        {{"username", "password"}},
	SecretTypeSSHAuth:          {{"ssh-privatekey"}},
	SecretTypeDockerConfigJSON: {{".dockerconfigjson"}},
	"kubernetes.io/dockercfg":  {{".dockercfg"}},
}

// missing returns which keys the type requires in addition, or "".
func (t SecretType) missing(keys []string) string {
	var missing []string
	for _, either := range requiredKeys[t] {
		if !slices.ContainsFunc(either, func(key string) bool { return slices.Contains(keys, key) }) {
			missing = append(missing, strings.Join(either, " or "))
		}
	}
	if len(missing) == 0 {
		return ""
	}
	return "type " + string(t) + " requires " + strings.Join(missing, " and ")
}

// checkContent checks the content that the API server validates for the type.
func (t SecretType) checkContent(data map[string]string) error {
	fail := func(problem string) error { return failure.New(failure.Configuration, "check", "data", "%s", problem) }
	if problem := t.missing(slices.Collect(maps.Keys(data))); problem != "" {
		return fail(problem)
	}
	if t == SecretTypeDockerConfigJSON || t == "kubernetes.io/dockercfg" {
		if key := requiredKeys[t][0][0]; !json.Valid([]byte(data[key])) {
			return fail("invalid " + key + ": use JSON, such as {\"auths\": {}}")
		}
	}
	return nil
}

// NewSecret creates a Secret.
func NewSecret(ctx *pulumi.Context, name string, args *SecretArgs, opts ...pulumi.ResourceOption) (*Secret, error) {
	s := &Secret{}
	args, err := component.Register(ctx, SecretToken, name, s, args, opts...)
	if err != nil {
		return nil, err
	}
	files := readFiles(args.FromFiles)
	data, err := files.with(args.Data, args.Type.checkContent)
	if err != nil {
		return nil, err
	}
	secret := &corev1.SecretArgs{
		Metadata:   objectmeta.New(args.Namespace, nil, args.Labels, nil),
		Immutable:  pulumi.Bool(true),
		Type:       pulumi.String(args.Type),
		StringData: pulumi.ToSecret(data).(pulumi.StringMapOutput),
	}
	if binary := files.binaryData(); binary != nil {
		secret.Data = pulumi.ToSecret(binary).(pulumi.StringMapOutput)
	}
	resource, err := corev1.NewSecret(ctx, name, secret, s.Main())
	if err != nil {
		return nil, err
	}
	// The SDK marks outputs of a resource with secret inputs as secret. The name does not depend on them.
	s.Name = pulumi.Unsecret(resource.Metadata.Name().Elem()).(pulumi.StringOutput)
	return component.Finish(ctx, s)
}
