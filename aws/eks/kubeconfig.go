package eks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/canonical"
)

// kubeconfig returns a kubeconfig for the cluster. Its text depends on nothing but the cluster: no token, no path, no profile and no variable
// of a machine. Source: "Connect kubectl to an EKS cluster by creating a kubeconfig file", Amazon EKS User Guide.
func (b *builder) kubeconfig() pulumi.StringOutput {
	role := pulumi.String("").ToStringOutput()
	if b.args.Kubeconfig.RoleARN != nil {
		role = b.args.Kubeconfig.RoleARN.ToStringOutput()
	}
	text := pulumi.All(b.cluster.Endpoint, b.cluster.CertificateAuthority, role).ApplyT(func(all []any) (string, error) {
		out, err := canonical.YAML(kubeconfig{
			name: b.args.Name, region: b.where.Region, server: all[0].(string), authority: all[1].(string), role: all[2].(string),
		}.content())
		return string(out), err
	}).(pulumi.StringOutput)
	return pulumi.ToSecret(b.after(text)).(pulumi.StringOutput)
}

// kubeconfig is what a kubeconfig is made of.
type kubeconfig struct{ name, region, server, authority, role string }

// content returns it in the shape of the file.
func (k kubeconfig) content() map[string]any {
	args := []string{"--region", k.region, "eks", "get-token", "--cluster-name", k.name, "--output", "json"}
	if k.role != "" {
		args = append(args, "--role-arn", k.role)
	}
	return map[string]any{
		"apiVersion": "v1", "kind": "Config", "current-context": k.name,
		"clusters": []any{map[string]any{"name": k.name, "cluster": map[string]any{"server": k.server, "certificate-authority-data": k.authority}}},
		"contexts": []any{map[string]any{"name": k.name, "context": map[string]any{"cluster": k.name, "user": k.name}}},
		"users": []any{map[string]any{"name": k.name, "user": map[string]any{"exec": map[string]any{
			"apiVersion": "client.authentication.k8s.io/v1beta1", "command": "aws", "args": args, "interactiveMode": "Never", "provideClusterInfo": false,
		}}}},
	}
}
