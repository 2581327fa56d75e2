package eks

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/aws/kms"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// encrypted reports whether a key of the account encrypts the objects of Kubernetes.
func (s *ClusterSettings) encrypted() bool { return s.Encryption.KeyARN != nil || *s.Encryption.OwnKey }

// logTypes returns what is logged.
func (s *ClusterSettings) logTypes() []string {
	if s.Logs.Types == nil {
		return logTypes()
	}
	return s.Logs.Types
}

// makeRole makes the role of the control plane. It may not make a log group, so that none comes back when EKS writes its last records after
// the group is gone. Source: "Amazon EKS cluster IAM role".
func (b *builder) makeRole() error {
	if b.args.Role.ARN != nil {
		b.role = b.args.Role.ARN.ToStringOutput()
		return nil
	}
	managed := config.Named[pulumi.StringInput]{"cluster": pulumi.String("AmazonEKSClusterPolicy")}
	if b.args.Addons.VPCCNI.PodSecurityGroups {
		managed["interfaces"] = pulumi.String("AmazonEKSVPCResourceController")
	}
	role, err := newRole(b.ctx, b.name, &iam.RoleArgs{
		Description:     "Control plane of the cluster " + b.args.Name,
		Trust:           iam.Trust{Services: map[string]iam.ServiceTrust{"eks.amazonaws.com": {}}},
		ManagedPolicies: managed,
		InlinePolicies: config.Named[policy.Document]{"no-log-groups": {Statements: []policy.Statement{{
			Effect: policy.Deny, Actions: []string{"logs:CreateLogGroup"}, Resources: pulumi.StringArray{pulumi.String("*")},
		}}}},
		PermissionsBoundary: b.args.Role.PermissionsBoundary,
		Tags:                pulumi.ToStringMap(b.args.Tags),
	}, b.cluster.Child())
	if err != nil {
		return err
	}
	b.role = role.ARN
	return nil
}

// makeKey makes the key that encrypts the objects of Kubernetes. The control plane uses it by a grant that EKS makes on behalf of whoever creates
// the cluster. Source: "Encrypt Kubernetes secrets with KMS on existing clusters", Amazon EKS User Guide.
func (b *builder) makeKey() error {
	switch {
	case b.args.Encryption.KeyARN != nil:
		b.key = b.args.Encryption.KeyARN.ToStringOutput()
		return nil
	case !*b.args.Encryption.OwnKey:
		b.key = pulumi.String("").ToStringOutput()
		return nil
	}
	key, err := kms.NewKey(b.ctx, b.name, &kms.KeyArgs{
		Description: "Encrypts the objects of the cluster " + b.args.Name,
		Users:       pulumi.StringArray{b.role},
		Statements: []policy.Statement{{
			Effect: policy.Allow, Sid: "Deployment", Principals: &policy.Principals{AWS: pulumi.StringArray{pulumi.String(b.where.Root())}},
			Actions: []string{"kms:CreateGrant", "kms:DescribeKey"}, Resources: pulumi.StringArray{pulumi.String("*")},
			Conditions: []policy.Condition{{
				Operator: "BoolIfExists", Key: pulumi.String("kms:GrantIsForAWSResource"), Values: pulumi.StringArray{pulumi.String("true")},
			}},
		}},
		Tags: pulumi.ToStringMap(b.args.Tags),
	}, b.cluster.Child())
	if err != nil {
		return err
	}
	b.key = key.ARN
	b.wait(key)
	return nil
}

// makeLogs makes the log group of the control plane, whose name EKS prescribes, before EKS makes one that keeps records for ever.
func (b *builder) makeLogs() error {
	b.logGroup = pulumi.String("").ToStringOutput()
	if len(b.args.logTypes()) == 0 {
		return nil
	}
	group := "/aws/eks/" + b.args.Name + "/cluster"
	args := &cloudwatch.LogGroupArgs{
		Name: pulumi.String(group), RetentionInDays: pulumi.Int(*b.args.Logs.RetentionDays), Tags: tags.Merge(b.args.Tags),
	}
	if b.args.Logs.KeyARN != nil {
		args.KmsKeyId = b.args.Logs.KeyARN.ToStringOutput().ToStringPtrOutput()
	} else if *b.args.Logs.OwnKey {
		key, err := kms.NewKey(b.ctx, b.name+"-logs", &kms.KeyArgs{
			Description: "Encrypts the logs of the cluster " + b.args.Name,
			Services:    []kms.Service{{Name: "logs", Resources: pulumi.StringArray{pulumi.String(b.where.ARN("logs", "log-group:"+group))}}},
			Tags:        pulumi.ToStringMap(b.args.Tags),
		}, b.cluster.Child())
		if err != nil {
			return err
		}
		args.KmsKeyId = key.ARN.ToStringPtrOutput()
		b.wait(key)
	}
	made, err := cloudwatch.NewLogGroup(b.ctx, b.name, args, b.cluster.Child(pulumi.DeleteBeforeReplace(true)))
	if err != nil {
		return err
	}
	b.logGroup = made.Name
	b.wait(made)
	return nil
}
