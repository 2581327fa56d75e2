package eks

import (
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/config"
)

// WorkloadIdentityArgs describes a [WorkloadIdentity].
type WorkloadIdentityArgs struct {
	WorkloadIdentitySettings
	// Target is the cluster of the pods. Required. Another one replaces the association, or updates the role's trust.
	Target Target
}

// WorkloadIdentitySettings says whose pods have which role.
type WorkloadIdentitySettings struct {
	// Namespace is the namespace of the service account. It need not exist yet. Required. Changing it replaces the association and updates
	// the role's trust.
	Namespace string `pulumi:"namespace" jsonschema:"required"`
	// ServiceAccount is the name of the service account, which is that of the application with the kubernetes module. It need not exist yet.
	// Required. Changing it replaces the association and updates the role's trust.
	ServiceAccount string `pulumi:"serviceAccount" jsonschema:"required"`
	// Method is how the pods get their credentials: by EKS Pod Identity, whose agent runs on every node, or by an IAM role for service
	// accounts, which works on Fargate too. Changing it updates the role's trust, and adds or deletes the association.
	Method string `pulumi:"method" jsonschema:"default=podIdentity,enum=podIdentity,enum=irsa"`
	iam.Permissions
	// MaxSessionDuration is how long a session of the role can last, from 1h to 12h. Changing it updates the role.
	MaxSessionDuration string `pulumi:"maxSessionDuration" jsonschema:"default=1h"`
	// RoleARN is a role that exists already, and trusts the service account. It excludes policies and the boundary. Default: a role is made.
	// Changing it updates the association, or rolls out the pods.
	RoleARN pulumi.StringInput `pulumi:"roleArn" config:"plain"`
	// Tags are added to the role and the association. Default: none. Changing them updates both.
	Tags map[string]string `pulumi:"tags"`
}

var _ config.Validator = (*WorkloadIdentityArgs)(nil)

// Validate implements config.Validator.
func (a *WorkloadIdentityArgs) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	a.WorkloadIdentitySettings.Validate(report)
	checkTarget(report, a.Target, a.Method)
}

// Validate implements config.Validator.
func (s *WorkloadIdentitySettings) Validate(report *config.Report) {
	checkNamespace(report, []string{"namespace"}, s.Namespace)
	checkServiceAccount(report, []string{"serviceAccount"}, s.ServiceAccount)
	checkRoleARN(report, []string{"roleArn"}, s.RoleARN, &s.Permissions)
	s.Permissions.Validate(report)
	if d, err := time.ParseDuration(s.MaxSessionDuration); err != nil || d < time.Hour || d > 12*time.Hour || d%time.Second != 0 {
		report.Add([]string{"maxSessionDuration"}, "found %q, expected a duration from 1h to 12h, such as 4h or 1h30m", s.MaxSessionDuration)
	}
	tags.Check(report, []string{"tags"}, s.Tags)
}
