package compute

import (
	"github.com/pulumi/pulumi-azure-native-sdk/v2/utilities"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// networkInterfaceType is registered by its token: the SDK's package with this type takes minutes and gigabytes to compile.
const networkInterfaceType = "azure-native:network/v20240501:NetworkInterface"

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
		"name": pulumi.String("primary"), "primary": pulumi.Bool(true), "subnet": pulumi.Map{"id": args.SubnetID},
		"privateIPAllocationMethod": pulumi.String("Dynamic"), "privateIPAddressVersion": pulumi.String("IPv4"),
	}
	if args.PrivateIP != "" {
		configuration["privateIPAllocationMethod"] = pulumi.String("Static")
		configuration["privateIPAddress"] = pulumi.String(args.PrivateIP)
	}
	inputs := pulumi.Map{
		"resourceGroupName":           args.ResourceGroupName,
		"enableAcceleratedNetworking": pulumi.Bool(*args.AcceleratedNetworking),
		"ipConfigurations":            pulumi.Array{configuration},
	}
	if args.Location != "" {
		inputs["location"] = pulumi.String(args.Location)
	}
	if args.Tags != nil {
		inputs["tags"] = args.Tags
	}
	out := &networkInterface{}
	opts := utilities.PkgResourceDefaultOpts([]pulumi.ResourceOption{
		m.Child(pulumi.ReplaceOnChanges([]string{"location"})),
		pulumi.Aliases([]pulumi.Alias{{Type: pulumi.String("azure-native:network:NetworkInterface")}}),
	})
	return out, ctx.RegisterResource(networkInterfaceType, name, inputs, out, opts...)
}

// optionalID returns nil for an ID that is not set.
func optionalID(id pulumi.StringInput) pulumi.StringPtrInput {
	if id == nil {
		return nil
	}
	return id.ToStringOutput().ToStringPtrOutput()
}
