package eks

import (
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/internal/pin"
	"github.com/ashlar-iac/ashlar/aws/internal/tags"
	"github.com/ashlar-iac/ashlar/core/canonical"
	"github.com/ashlar-iac/ashlar/core/component"
)

// AddonToken is the type of the component [Addon].
const AddonToken = "ashlar-aws:eks:Addon"

// Addon is software that EKS installs in a cluster and upgrades, with an identity of its own where it uses AWS.
type Addon struct {
	pulumi.ResourceState
	component.Base

	// Name is the add-on's name.
	Name pulumi.StringOutput `pulumi:"name"`
	// ARN is the add-on's.
	ARN pulumi.StringOutput `pulumi:"arn"`
	// Version is the version that is installed.
	Version pulumi.StringOutput `pulumi:"version"`
	// RoleARN is the role of its service accounts. It is empty when they have none.
	RoleARN pulumi.StringOutput `pulumi:"roleArn"`
}

// NewAddon installs an add-on. Nil args are refused, as the add-on has to be named.
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
		ClusterName:              args.Target.clusterName(),
		AddonName:                pulumi.String(args.AddonName),
		AddonVersion:             version,
		Preserve:                 pulumi.Bool(args.Preserve),
		ResolveConflictsOnCreate: pulumi.String(conflicts(args.ConflictsOnCreate)),
		ResolveConflictsOnUpdate: pulumi.String(conflicts(args.ConflictsOnUpdate)),
		Tags:                     tags.Merge(args.Tags),
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
	a.Made(addon)
	a.Name, a.ARN, a.Version = addon.AddonName, addon.Arn, addon.AddonVersion
	return component.Finish(ctx, a)
}

var addonVersion = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+_-]{0,127}$`)

// version returns the version to install: the first one that was found for this version of Kubernetes, until another one is asked for.
func (a *Addon) version(ctx *pulumi.Context, name string, args *AddonArgs) (pulumi.StringPtrInput, error) {
	if args.Version != "" {
		return pulumi.String(args.Version), nil
	}
	which, newest := "recommended", pulumi.Bool(args.Newest)
	if args.Newest {
		which = "newest"
	}
	found := eks.GetAddonVersionOutput(ctx, eks.GetAddonVersionOutputArgs{
		AddonName: pulumi.String(args.AddonName), KubernetesVersion: pulumi.String(args.Target.Version), MostRecent: newest,
	}, a.Invoke()).Version()
	kept, err := pin.Keep(ctx, []string{name, which, args.AddonName, args.Target.Version, args.Release}, found, func(version string) error {
		if !addonVersion.MatchString(version) {
			return fmt.Errorf("EKS answers %q for the version of add-on %q, which is none", version, args.AddonName)
		}
		return nil
	}, a.Child())
	return kept.ToStringPtrOutput(), err
}

// identify gives the add-on's service accounts a role.
func (a *Addon) identify(ctx *pulumi.Context, name string, args *AddonArgs, inputs *eks.AddonArgs) error {
	who := args.identity()
	if !who.wanted {
		a.RoleARN = pulumi.String("").ToStringOutput()
		return nil
	}
	if args.Identity.RoleARN != nil {
		a.RoleARN = args.Identity.RoleARN.ToStringOutput()
	} else {
		trust := accounts{args.Target, who.namespace, who.accounts}.trust(who.method)
		role, err := newRole(ctx, name, who.permissions.Role("Add-on "+args.AddonName+" of cluster "+args.Target.Name, trust, nil, pulumi.ToStringMap(args.Tags)), a.Child())
		if err != nil {
			return err
		}
		a.RoleARN = role.ARN
	}
	if who.method == irsa {
		inputs.ServiceAccountRoleArn = a.RoleARN.ToStringPtrOutput()
		return nil
	}
	var associations eks.AddonPodIdentityAssociationArray
	for _, account := range who.accounts {
		associations = append(associations, &eks.AddonPodIdentityAssociationArgs{RoleArn: a.RoleARN, ServiceAccount: pulumi.String(account)})
	}
	inputs.PodIdentityAssociations = associations
	return nil
}

// configuration returns the configuration values, which read the same on every run. In programs, values in them may come from other resources.
func (a *AddonArgs) configuration() pulumi.StringPtrInput {
	return pulumi.ToOutput(a.Configuration).ApplyT(func(values any) (*string, error) {
		text, err := canonical.CompactJSON(values)
		if err != nil {
			return nil, fmt.Errorf("write the configuration of add-on %q: %w", a.AddonName, err)
		}
		out := string(text)
		return &out, nil
	}).(pulumi.StringPtrOutput)
}

// conflicts returns what EKS calls a way to resolve conflicts.
func conflicts(word string) string {
	return map[string]string{"overwrite": "OVERWRITE", "preserve": "PRESERVE", "refuse": "NONE"}[word]
}
