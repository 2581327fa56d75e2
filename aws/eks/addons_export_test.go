package eks

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

// InstallAddons installs the add-ons of a cluster the way a cluster does it, with something between that stands for the nodes.
func InstallAddons(
	ctx *pulumi.Context, s *AddonsSettings, target Target, nodes, fargate, ipv6 bool, between func(Target) (pulumi.Resource, error),
) error {
	c := conditions{nodes: nodes, fargate: fargate, ipv6: ipv6}
	first, err := addonsInRow(ctx, "main", s.before(c), target)
	if err != nil {
		return err
	}
	made, err := between(target.after(ctx, first...))
	if err != nil {
		return err
	}
	_, err = addonsAtOnce(ctx, "main", s.after(c), target.after(ctx, append(first, made)...))
	return err
}
