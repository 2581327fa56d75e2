package aws

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/aws/ec2"
	"github.com/ashlar-iac/ashlar/aws/iam"
	"github.com/ashlar-iac/ashlar/aws/network"
	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
)

func (d *deployer) addNetworks() error {
	all := d.config.Networks
	return each(d, "networks", all.Names(), func(name string) string { return all[name].Provider },
		func(name string, on pulumi.ResourceOption) (pulumi.Map, error) {
			e := all[name]
			vpc, err := network.NewSecureVPC(d.ctx.Context, name, &e.SecureVPCArgs, on)
			if err != nil {
				return nil, err
			}
			d.networks[name] = vpc
			return pulumi.Map{"id": vpc.ID, "cidr": vpc.CIDR, "subnetIds": vpc.SubnetIDs},
				deployment.Provide[core.Network](d.ctx, name, vpc)
		})
}

func (d *deployer) addPolicies() error {
	all := d.config.Policies
	return each(d, "policies", all.Names(), func(name string) string { return all[name].Provider },
		func(name string, on pulumi.ResourceOption) (pulumi.Map, error) {
			e := all[name]
			p, err := iam.NewPolicy(d.ctx.Context, name, &e.PolicyArgs, on)
			if err != nil {
				return nil, err
			}
			d.policies[name] = p.ARN
			return pulumi.Map{"arn": p.ARN}, nil
		})
}

func (d *deployer) addIdentityProviders() error {
	all := d.config.IdentityProviders
	return each(d, "identityProviders", all.Names(), func(name string) string { return all[name].Provider },
		func(name string, on pulumi.ResourceOption) (pulumi.Map, error) {
			e := all[name]
			p, err := iam.NewOIDCProvider(d.ctx.Context, name, &e.OIDCProviderArgs, on)
			if err != nil {
				return nil, err
			}
			return pulumi.Map{"arn": p.ARN}, nil
		})
}

func (d *deployer) addRoles() error {
	all := d.config.Roles
	return each(d, "roles", all.Names(), func(name string) string { return all[name].Provider },
		func(name string, on pulumi.ResourceOption) (pulumi.Map, error) {
			e := all[name]
			args := &e.RoleArgs
			if len(e.Policies) > 0 {
				changed := e.RoleArgs
				changed.ManagedPolicies = d.attached(changed.ManagedPolicies, e.Policies)
				args = &changed
			}
			r, err := iam.NewRole(d.ctx.Context, name, args, on)
			if err != nil {
				return nil, err
			}
			d.roles[name] = r.ARN
			return pulumi.Map{"name": r.Name, "arn": r.ARN}, nil
		})
}

func (d *deployer) addInstances() error {
	all := d.config.Instances
	return each(d, "instances", all.Names(), func(name string) string { return d.config.instanceProvider(all[name]) },
		func(name string, on pulumi.ResourceOption) (pulumi.Map, error) {
			e := all[name]
			e.InstanceArgs.Network = d.networks[d.config.Networks.Resolve(e.Network)]
			args := &e.InstanceArgs
			if len(e.Policies) > 0 {
				changed, role := e.InstanceArgs, *e.Role
				role.ManagedPolicies = d.attached(role.ManagedPolicies, e.Policies)
				changed.Role, args = &role, &changed
			}
			i, err := ec2.NewInstance(d.ctx.Context, name, args, on)
			if err != nil {
				return nil, err
			}
			return pulumi.Map{"id": i.ID, "privateIp": i.PrivateIP, "roleArn": i.RoleARN, "imageId": i.ImageID}, nil
		})
}

// attached returns the managed policies of a role, including entries of policies, which are attached under their names.
func (d *deployer) attached(given config.Named[pulumi.StringInput], names []string) config.Named[pulumi.StringInput] {
	out := config.Named[pulumi.StringInput]{}
	maps.Copy(out, given)
	for _, name := range names {
		out[name] = d.policies[name]
	}
	return out
}
