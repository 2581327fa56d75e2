package component_test

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
)

// queueArgs describes a queue.
type queueArgs struct {
	// Retention is how long messages are kept, in days. Changing it updates the queue.
	Retention *int `pulumi:"retention" jsonschema:"default=4,minimum=1,maximum=14"`
}

// queue is a component with one child.
type queue struct {
	pulumi.ResourceState
	component.Base

	// ID is the identity of the queue.
	ID pulumi.StringOutput `pulumi:"id"`
}

func newQueue(ctx *pulumi.Context, name string, args *queueArgs, opts ...pulumi.ResourceOption) (*queue, error) {
	q := &queue{}
	args, err := component.Register(ctx, "example:messaging:Queue", name, q, args, opts...)
	if err != nil {
		return nil, err
	}
	child := &leaf{} // A resource of some provider's SDK.
	err = ctx.RegisterResource("leafs:index:Leaf", name+"-leaf", pulumi.Map{"days": pulumi.Int(*args.Retention)}, child, q.Child())
	if err != nil {
		return nil, err
	}
	q.ID = child.ID().ToStringOutput()
	return component.Finish(ctx, q)
}

func Example() {
	program := func(ctx *pulumi.Context) error {
		q, err := newQueue(ctx, "orders", nil)
		if err != nil {
			return err
		}
		ctx.Export("queue", q.ID)
		return nil
	}
	_ = program
}
