package metadata_test

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

type reflectType = reflect.Type

var bucketType = reflect.TypeFor[struct {
	Tags map[string]string `pulumi:"tags"`
	Name *string           `pulumi:"name"`
}]()

// wrongArgs have tags that are no map.
type wrongArgs struct {
	Tags pulumi.IntInput
}

func (*wrongArgs) ElementType() reflectType {
	return reflect.TypeFor[struct {
		Tags *int `pulumi:"tags"`
	}]()
}

// bareArgs have no tags at all.
type bareArgs struct{}

func (*bareArgs) ElementType() reflectType { return reflect.TypeFor[struct{}]() }
