package eks

import (
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/config"
)

// AddonArgs describes an [Addon].
type AddonArgs struct {
	// AddonName is the name of the add-on in EKS, such as aws-efs-csi-driver. Required. Changing it replaces the add-on.
	AddonName string `pulumi:"addonName" jsonschema:"required,pattern=^[a-z0-9][a-z0-9_-]*$,maxLength=100"`
	AddonSettings
	// Target is the cluster. Required. Another one replaces the add-on.
	Target Target
}

// AddonSettings says what an add-on is like. The version that EKS recommends for the cluster's version of Kubernetes is looked up when the
// add-on is made, and noted in the state of the stack: versions that come later change nothing, until another release or another version
// of Kubernetes asks for them.
type AddonSettings struct {
	// Version is one version and no other, such as v1.20.4-eksbuild.2. It excludes newest and release. Default: the one that EKS recommends.
	// Changing it updates the add-on.
	Version string `pulumi:"version" jsonschema:"pattern=^[A-Za-z0-9][A-Za-z0-9.+_-]{0\\,127}$"`
	// Release asks for an upgrade. It is any text, such as the date: when it changes, the add-on gets the version that EKS recommends at that
	// time. Default: none.
	Release string `pulumi:"release" jsonschema:"pattern=^[A-Za-z0-9._-]{0\\,64}$"`
	// Newest takes the newest version, where EKS recommends an older one. Changing it updates the add-on. Default: false.
	Newest bool `pulumi:"newest"`
	// Configuration holds configuration values of the add-on, as aws eks describe-addon-configuration lists them. They win over those that
	// other options make. They are not for secrets. Default: none. Changing them updates the add-on.
	Configuration map[string]any `pulumi:"configuration"`
	// Identity says as whom the add-on uses AWS. Default: as a role of its own, with the policy that AWS suggests, where the add-on is known to
	// need one.
	Identity AddonIdentity `pulumi:"identity"`
	// Preserve leaves the software in the cluster, no longer managed by EKS, when the add-on is deleted. Default: false. Changing it changes
	// nothing in the cluster.
	Preserve bool `pulumi:"preserve"`
	// ConflictsOnCreate says what happens to software of the same name that is there already: overwrite takes it over, refuse fails.
	ConflictsOnCreate string `pulumi:"conflictsOnCreate" jsonschema:"default=overwrite,enum=overwrite,enum=refuse"`
	// ConflictsOnUpdate says what an update does to values that somebody has changed in the cluster: overwrite puts them back, preserve leaves
	// them, refuse fails.
	ConflictsOnUpdate string `pulumi:"conflictsOnUpdate" jsonschema:"default=overwrite,enum=overwrite,enum=preserve,enum=refuse"`
	// Tags are added to the add-on and its role. Default: none. Changing them updates both.
	Tags map[string]string `pulumi:"tags"`
}

var (
	_ config.Validator = (*AddonArgs)(nil)
	_ config.Validator = (*AddonSettings)(nil)
)

// Validate implements config.Validator.
func (a *AddonArgs) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	a.AddonSettings.Validate(report)
	a.check(report, nil, a.AddonName)
	checkTarget(report, a.Target, a.Identity.Method)
	if a.Target.Version == "" && a.Version == "" {
		report.Add([]string{"target"}, "it names no version of Kubernetes to look up the add-on's for: set Version, or the add-on's own version")
	}
}

// Validate implements config.Validator.
func (s *AddonSettings) Validate(report *config.Report) {
	for option, given := range map[string]bool{"newest": s.Newest, "release": s.Release != ""} {
		if given && s.Version != "" {
			report.Add([]string{option}, "version says which one it is: leave out one of them")
		}
	}
	tags.Check(report, []string{"tags"}, s.Tags)
}

// check reports what is wrong with the settings of an add-on of this name.
func (s *AddonSettings) check(report *config.Report, at []string, addon string) {
	s.Identity.check(report, append(at[:len(at):len(at)], "identity"), addon)
}

// identity returns as whom the add-on uses AWS.
func (a *AddonArgs) identity() identity { return a.Identity.of(a.AddonName) }
