// Package metadata marks every resource that can carry it with what it belongs
// to: project, environment, organization, owner, cost centre, the class of its
// data, compliance frameworks and controls, the repository it comes from, and
// tags of the organization's own.
//
// One [Metadata] is rendered for each platform within its rules: [AWS], [Azure],
// [KubernetesLabels] and [KubernetesAnnotations]. To render is a pure function, and so is [Merge], whose precedence is: what is said of a resource,
// then what is said of the components around it, the innermost first, then what is
// said of the deployment. What a resource's own arguments say is never changed.
//
// A [Manager] makes it part of a program:
//
//	manager, err := metadata.New(metadata.Metadata{Project: "shop", Owner: "platform"}, kubernetes.Carriers())
//	...
//	err = manager.Install(ctx)
//
// From then on every resource of a type that can carry it does it, in components
// and beside them: resources that a user registers with the plain SDK too. This is a
// client-side transformation, which costs no call to the engine. It does not
// reach into components of other languages; [Manager.InstallInEngine] does.
//
// # Keys
//
// Tags of AWS and Azure have the keys project, environment, organization, owner,
// cost-center, data-classification, compliance-frameworks, compliance-controls,
// repository and commit. In Kubernetes these have a prefix, by default
// [DefaultLabelPrefix]. What people select and group by is a label; organization,
// frameworks, controls, repository and commit are annotations. Labels are never
// added to selectors or to the templates of pods, because they would roll out.
//
// # Values
//
// A value that a platform does not hold as it is has other characters replaced
// by dashes, is cut, and ends with a dash and ten digits of its hash, so that two
// values never look the same; in Kubernetes an annotation of the same key then has
// the whole value. Keys are never changed but in Kubernetes, where a tag's key gets
// the prefix and dots for characters that labels do not have.
//
// # Errors
//
// A key that a platform refuses or reserves, two keys that it takes for one, and
// more tags than it allows are errors of the class failure.Configuration, all at once. For a
// single resource they make its registration fail, and [Manager.Err] returns
// them.
package metadata
