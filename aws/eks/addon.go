package eks

import (
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/core/canonical"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/component"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// AddonToken is the type of the component [Addon].
const AddonToken = "ashlar-aws:eks:Addon"

// Addon is an EKS add-on: software that EKS installs in a cluster and updates, with an IAM identity if it accesses AWS.
type Addon struct {
	pulumi.ResourceState
	component.Base

	// Name is the name of the add-on.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the ARN of the add-on.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// Version is the installed version.
	Version pulumi.StringOutput `pulumi:"version"`
	// RoleARN is the ARN of the role of its service accounts. It is nil if they have none.
	RoleARN pulumi.StringPtrOutput `pulumi:"roleArn,optional"`
}

var _ compliance.Declarer = (*AddonArgs)(nil)

// Evidence implements compliance.Declarer. The role of the add-on declares its own.
func (a *AddonArgs) Evidence() []compliance.Evidence {
	var out []compliance.Evidence
	identity := value(a.Identity)
	if len(knownAddons()[a.AddonName].accounts) > 0 || identity.of(a.AddonName).wanted {
		out = append(out, compliance.Check("identity.method", identity.Method, identity.Method != MethodNone,
			string(MethodPodIdentity+" or "+MethodIRSA), compliancecontrols.PodIdentity...))
	}
	if a.AddonName == vpcCNIAddon {
		enforced := a.Configuration["enableNetworkPolicy"] == "true"
		out = append(out, compliance.Check("configuration.enableNetworkPolicy", enforced, enforced, "true",
			compliancecontrols.PodTraffic...))
	}
	return out
}

// NewAddon installs an add-on. A cluster and the name of the add-on are required.
func NewAddon(ctx *pulumi.Context, name string, args *AddonArgs, opts ...pulumi.ResourceOption) (*Addon, error) {
	a := &Addon{}
	args, err := component.Register(ctx, AddonToken, name, a, args, opts...)
	if err != nil {
		return nil, err
	}
	version, err := a.version(ctx, name, args)
	if err != nil {
		return nil, err
	}
	inputs := &eks.AddonArgs{
		ClusterName:              args.cluster().name,
		AddonName:                pulumi.String(args.AddonName),
		AddonVersion:             version,
		Preserve:                 pulumi.Bool(args.Preserve),
		ResolveConflictsOnCreate: pulumi.String(args.ConflictsOnCreate.name()),
		ResolveConflictsOnUpdate: pulumi.String(args.ConflictsOnUpdate.name()),
		Tags:                     metadata.MergeTags(args.Tags),
	}
	if len(args.Configuration) > 0 {
		inputs.ConfigurationValues = args.configuration()
	}
	if err := a.identify(ctx, name, args, inputs); err != nil {
		return nil, err
	}
	addon, err := eks.NewAddon(ctx, name, inputs, a.Main())
	if err != nil {
		return nil, err
	}
	a.AddChildren(addon)
	a.Name, a.ARN, a.Version = addon.AddonName, addon.Arn, addon.AddonVersion
	return component.Finish(ctx, a)
}

var addonVersion = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+_-]{0,127}$`)

// version returns the version to install: the recommended one when it was first looked up for the Kubernetes version,
// until the arguments select another one.
func (a *Addon) version(ctx *pulumi.Context, name string, args *AddonArgs) (pulumi.StringPtrInput, error) {
	if args.Version != "" {
		return pulumi.String(args.Version), nil
	}
	which, kubernetes := "recommended", args.cluster().version
	if args.Newest {
		which = "newest"
	}
	found := eks.GetAddonVersionOutput(ctx, eks.GetAddonVersionOutputArgs{
		AddonName: pulumi.String(args.AddonName), KubernetesVersion: pulumi.String(kubernetes),
		MostRecent: pulumi.Bool(args.Newest),
	}, a.Invoke()).Version()
	pinned, err := lookup.Pin(ctx, []string{name, which, args.AddonName, kubernetes, args.Release}, found,
		func(version string) error {
			if !addonVersion.MatchString(version) {
				return fmt.Errorf("EKS returned an invalid version of add-on %q: %q", args.AddonName, version)
			}
			return nil
		}, a.Child())
	return pinned.ToStringPtrOutput(), err
}

// identify gives the service accounts of the add-on a role.
func (a *Addon) identify(ctx *pulumi.Context, name string, args *AddonArgs, inputs *eks.AddonArgs) error {
	given, cluster := value(args.Identity), args.cluster()
	who := given.of(args.AddonName)
	if !who.wanted {
		return nil
	}
	var arn pulumi.StringOutput
	if given.RoleARN != nil {
		arn = given.RoleARN.ToStringOutput()
	} else {
		trust := serviceAccounts{cluster, who.namespace, who.accounts}.trust(who.method)
		description := cluster.describe("Add-on "+args.AddonName, " of cluster ")
		role, err := newRole(ctx, name, who.permissions.Role(description, trust, nil, args.Tags), a.Child())
		if err != nil {
			return err
		}
		arn = role.ARN
	}
	a.RoleARN = arn.ToStringPtrOutput()
	if who.method == MethodIRSA {
		inputs.ServiceAccountRoleArn = a.RoleARN
		return nil
	}
	var associations eks.AddonPodIdentityAssociationArray
	for _, account := range who.accounts {
		associations = append(associations,
			&eks.AddonPodIdentityAssociationArgs{RoleArn: arn, ServiceAccount: pulumi.String(account)})
	}
	inputs.PodIdentityAssociations = associations
	return nil
}

// configuration returns the configuration values as JSON, which is the same on every run. Values may be outputs.
func (a *AddonArgs) configuration() pulumi.StringPtrInput {
	return pulumi.ToOutput(a.Configuration).ApplyT(func(values any) (*string, error) {
		text, err := canonical.CompactJSON(values)
		if err != nil {
			return nil, fmt.Errorf("encode the configuration of add-on %q: %w", a.AddonName, err)
		}
		out := string(text)
		return &out, nil
	}).(pulumi.StringPtrOutput)
}
