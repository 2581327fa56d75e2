package compute

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/networkapi"
)

// networkInterface is a network interface without a public address.
type networkInterface struct {
	pulumi.CustomResourceState

	IPConfigurations pulumi.ArrayOutput `pulumi:"ipConfigurations"`
}

// privateIP returns the address that Azure assigned.
func (n *networkInterface) privateIP() pulumi.StringOutput {
	return n.IPConfigurations.ApplyT(func(all []any) string {
		if len(all) == 0 {
			return ""
		}
		first, _ := all[0].(map[string]any)
		address, _ := first["privateIPAddress"].(string)
		return address
	}).(pulumi.StringOutput)
}

// networkInterface creates the network interface.
func (m *VirtualMachine) networkInterface(ctx *pulumi.Context, name string, args *VirtualMachineArgs) (*networkInterface, error) {
	configuration := pulumi.Map{
		"name": pulumi.String("primary"), "primary": pulumi.Bool(true), "subnet": networkapi.ID(args.SubnetID),
		"privateIPAllocationMethod": pulumi.String("Dynamic"), "privateIPAddressVersion": pulumi.String("IPv4"),
	}
	if args.PrivateIP != "" {
		configuration["privateIPAllocationMethod"] = pulumi.String("Static")
		configuration["privateIPAddress"] = pulumi.String(args.PrivateIP)
	}
	inputs := networkapi.Inputs(args.ResourceGroupName, args.Location, args.Tags)
	inputs["enableAcceleratedNetworking"] = pulumi.Bool(*args.AcceleratedNetworking)
	inputs["ipConfigurations"] = pulumi.Array{configuration}
	out := &networkInterface{}
	return out, networkapi.Register(ctx, networkapi.NetworkInterface, name, inputs, out,
		m.Child(pulumi.ReplaceOnChanges([]string{"location"})))
}

// optionalID returns nil for an ID that is not set.
func optionalID(id pulumi.StringInput) pulumi.StringPtrInput {
	if id == nil {
		return nil
	}
	return id.ToStringOutput().ToStringPtrOutput()
}
