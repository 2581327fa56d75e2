package eks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

// KarpenterSettings are the choices that people make about what Karpenter needs.
type KarpenterSettings struct {
	// Namespace is the one in which Karpenter runs. Changing it replaces the association of its service account.
	Namespace string `pulumi:"namespace" jsonschema:"default=karpenter"`
	// ServiceAccount is that of Karpenter's controller. Changing it replaces its association.
	ServiceAccount string `pulumi:"serviceAccount" jsonschema:"default=karpenter"`
	// NodeRole is the role of the nodes that Karpenter makes.
	NodeRole NodeRole `pulumi:"nodeRole"`
	// PermissionsBoundary is the policy that says what the controller can be allowed at most: an ARN, or the name of one of AWS's own.
	// Default: none. Changing it updates the role.
	PermissionsBoundary pulumi.StringInput `pulumi:"permissionsBoundary" config:"plain"`
	// Tags are added to the roles, the queue and all the rest. Changing them updates all of it.
	Tags map[string]string `pulumi:"tags"`
}

// KarpenterArgs describes a [Karpenter].
type KarpenterArgs struct {
	KarpenterSettings
	// Target is the cluster. Required. Another one replaces nearly everything.
	Target Target
}

var (
	_ config.Validator    = (*KarpenterSettings)(nil)
	_ config.Validator    = (*KarpenterArgs)(nil)
	_ compliance.Declarer = (*KarpenterArgs)(nil)
)

// Validate implements config.Validator.
func (a *KarpenterArgs) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	a.KarpenterSettings.Validate(report)
	checkTarget(report, a.Target, podIdentity)
}

// Validate implements config.Validator.
func (s *KarpenterSettings) Validate(report *config.Report) {
	checkNamespace(report, []string{"namespace"}, s.Namespace)
	checkServiceAccount(report, []string{"serviceAccount"}, s.ServiceAccount)
	tags.Check(report, []string{"tags"}, s.Tags)
}

// Evidence implements compliance.Declarer. The roles declare their own.
func (a *KarpenterArgs) Evidence() []compliance.Evidence {
	return []compliance.Evidence{
		compliance.Always("sqsManagedSseEnabled", true, compliancecontrols.EncryptionAtRest...),
		compliance.Always("policy", "TLS only", compliancecontrols.EncryptionInTransit...),
	}
}
