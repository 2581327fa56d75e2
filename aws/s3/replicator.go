package s3

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/aws/internal/names"
	"github.com/ashlar-iac/ashlar/aws/policy"
	"github.com/ashlar-iac/ashlar/core/config"
)

// replicator is the role by which S3 copies objects.
type replicator struct {
	arn pulumi.StringInput
	// made is what has to be there before it can copy.
	made []pulumi.Resource
}

// replicator makes the role. It reads this bucket and writes copies, and does nothing else. Source: "Setting up permissions for live
// replication".
func (s *setup) replicator(where lookup.Scope) (*replicator, error) {
	logical, err := names.Logical(s.name+"-replication", "aws:iam/role:Role")
	if err != nil {
		return nil, err
	}
	role, err := iam.NewRole(s.ctx, logical, &iam.RoleArgs{
		Description:         "Copies objects of the bucket " + s.name,
		Trust:               iam.Trust{Services: map[string]iam.ServiceTrust{"s3.amazonaws.com": {}}},
		InlinePolicies:      config.Named[policy.Document]{"copy": {Statements: s.copies(where)}},
		PermissionsBoundary: s.args.PermissionsBoundary,
		Tags:                s.args.Tags,
	}, s.component.Child())
	if err != nil {
		return nil, err
	}
	return &replicator{arn: role.ARN, made: []pulumi.Resource{role}}, nil
}

// copies returns what the role may do.
func (s *setup) copies(where lookup.Scope) []policy.Statement {
	read := []string{"s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"}
	if s.args.ObjectLock.Enabled {
		read = append(read, "s3:GetObjectLegalHold", "s3:GetObjectRetention")
	}
	out := []policy.Statement{
		{Actions: []string{"s3:GetReplicationConfiguration", "s3:ListBucket"}, Resources: pulumi.StringArray{s.bucket.Arn}},
		{Actions: read, Resources: pulumi.StringArray{within(s.bucket.Arn, "/*")}},
	}
	through := func(service string) []policy.Condition {
		return []policy.Condition{policy.Like("kms:ViaService", service)}
	}
	if s.key != nil {
		out = append(out, policy.Statement{
			Actions: []string{"kms:Decrypt"}, Resources: pulumi.StringArray{s.key},
			Conditions: through("s3." + where.Region + "." + where.DNSSuffix),
		})
	}
	for _, name := range s.args.Replication.Names() {
		r := s.args.Replication[name]
		write := []string{"s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"}
		if r.Account != "" {
			write = append(write, "s3:ObjectOwnerOverrideToBucketOwner")
		}
		out = append(out, policy.Statement{Actions: write, Resources: pulumi.StringArray{within(r.BucketARN, "/*")}})
		if r.KMSKeyARN != nil {
			out = append(out, policy.Statement{
				Actions: []string{"kms:Encrypt", "kms:GenerateDataKey"}, Resources: pulumi.StringArray{r.KMSKeyARN},
				// The bucket of the copies may be in any region.
				Conditions: through("s3.*." + where.DNSSuffix),
			})
		}
	}
	return out
}
