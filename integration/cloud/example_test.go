package cloud_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// The types of a made-up cloud, and what a generated SDK would have of each: arguments with the shape of their inputs,
// and a resource with its outputs.
const (
	networkType = "example:net:Network"
	subnetType  = "example:net:Subnet"
	roleType    = "example:id:Role"
)

type networkInputs struct {
	Name     *string           `pulumi:"name"`
	Group    *string           `pulumi:"group"`
	Location *string           `pulumi:"location"`
	Range    *string           `pulumi:"range"`
	Tags     map[string]string `pulumi:"tags"`
}

type networkArgs struct{}

func (networkArgs) ElementType() reflect.Type { return reflect.TypeFor[networkInputs]() }

type network struct {
	pulumi.CustomResourceState

	Name     pulumi.StringOutput    `pulumi:"name"`
	Group    pulumi.StringOutput    `pulumi:"group"`
	Location pulumi.StringOutput    `pulumi:"location"`
	Range    pulumi.StringOutput    `pulumi:"range"`
	Address  pulumi.StringOutput    `pulumi:"address"`
	Tags     pulumi.StringMapOutput `pulumi:"tags"`
	AllTags  pulumi.StringMapOutput `pulumi:"allTags"`
}

type subnetInputs struct {
	Name      *string           `pulumi:"name"`
	NetworkID string            `pulumi:"networkId"`
	Range     *string           `pulumi:"range"`
	Zone      *string           `pulumi:"zone"`
	ZoneID    *string           `pulumi:"zoneId"`
	Public    *bool             `pulumi:"public"`
	Tags      map[string]string `pulumi:"tags"`
}

type subnetArgs struct{}

func (subnetArgs) ElementType() reflect.Type { return reflect.TypeFor[subnetInputs]() }

type subnet struct {
	pulumi.CustomResourceState

	Name      pulumi.StringOutput    `pulumi:"name"`
	NetworkID pulumi.StringOutput    `pulumi:"networkId"`
	Range     pulumi.StringOutput    `pulumi:"range"`
	Public    pulumi.BoolOutput      `pulumi:"public"`
	Address   pulumi.StringOutput    `pulumi:"address"`
	Tags      pulumi.StringMapOutput `pulumi:"tags"`
	AllTags   pulumi.StringMapOutput `pulumi:"allTags"`
}

type documentInputs struct {
	Name   *string `pulumi:"name"`
	Policy *string `pulumi:"policy"`
}

type roleInputs struct {
	Name        *string           `pulumi:"name"`
	NamePrefix  *string           `pulumi:"namePrefix"`
	Description *string           `pulumi:"description"`
	Path        *string           `pulumi:"path"`
	Force       *bool             `pulumi:"force"`
	Boundary    any               `pulumi:"boundary"`
	Trust       string            `pulumi:"trust"`
	Policies    []string          `pulumi:"policies"`
	Documents   []documentInputs  `pulumi:"documents"`
	Tags        map[string]string `pulumi:"tags"`
}

type roleArgs struct{}

func (roleArgs) ElementType() reflect.Type { return reflect.TypeFor[roleInputs]() }

type role struct {
	pulumi.CustomResourceState

	Name        pulumi.StringOutput    `pulumi:"name"`
	Description pulumi.StringOutput    `pulumi:"description"`
	Trust       pulumi.StringOutput    `pulumi:"trust"`
	UniqueID    pulumi.StringOutput    `pulumi:"uniqueId"`
	Tags        pulumi.StringMapOutput `pulumi:"tags"`
	AllTags     pulumi.StringMapOutput `pulumi:"allTags"`
}

// exampleCloud returns a cloud with one type.
func exampleCloud(scope cloud.Scope, t *cloud.Type) *cloud.Cloud {
	return &cloud.Cloud{
		Name: "example", Services: []cloud.Service{{Types: []*cloud.Type{t}}},
		Tags: cloud.Tags{Input: "tags", All: "allTags"},
		AutoName: func(name string, random *rand.Rand) string {
			return fmt.Sprintf("%s-%07x", name,
				random.IntN(1<<28))
		},
		NamePrefix: cloud.NamePrefix{Suffix: "Prefix", Digits: 26},
		Errors: cloud.Errors{
			Refuse:    func(code, message string) error { return refuse(code, "%s", message) },
			Retryable: []string{"Throttling", "RequestLimitExceeded"},
		},
		Configure: func(resource.PropertyMap) (cloud.Scope, map[string]string) { return scope, nil },
	}
}

// refuse returns the error of the made-up cloud.
func refuse(code, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	return &cloud.Refusal{Code: code, Message: message, Text: "example says " + code + ": " + message}
}

// newID sets the id of a new object.
func newID(c *cloud.Call, prefix string) error {
	digits, err := c.Hex(17)
	c.Object.ID = prefix + digits
	return err
}
