// Package lookup reads the account, region, partition, zones and instance types of a provider once in a program, and
// pins the results of other lookups in the state of the stack. It also checks account IDs.
package lookup

import (
	"fmt"
	"runtime"
	"sync"
	"weak"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/component"
)

// Scope is the account and region of a provider.
type Scope struct {
	// Account is the account ID of 12 digits.
	Account string
	// Region is the region, such as eu-west-1.
	Region string
	// Partition is the partition, such as aws or aws-cn.
	Partition string
	// DNSSuffix is the domain of service principals and endpoints, such as amazonaws.com.
	DNSSuffix string
	// ReverseDNSPrefix is the prefix of the names of endpoint services, such as com.amazonaws.
	ReverseDNSPrefix string
}

// GetScope returns the scope of the provider that the options lead to. Components pass the result of
// component.Base.Invoke.
//
// Account, region and partition are looked up once for each provider of a program, also when constructors run in
// parallel, and again after a failure. They are looked up each time where the provider is not known: see
// [component.Provider].
func GetScope(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (Scope, error) {
	e := entryOf(ctx, opts)
	account, err := e.findAccount(ctx, opts)
	if err != nil {
		return Scope{}, err
	}
	region, err := e.region.get("region", func() (string, error) {
		found, err := aws.GetRegion(ctx, &aws.GetRegionArgs{}, opts...)
		if err != nil {
			return "", err
		}
		return found.Name, nil
	})
	if err != nil {
		return Scope{}, err
	}
	partition, err := e.findPartition(ctx, opts)
	if err != nil {
		return Scope{}, err
	}
	return Scope{
		Account: account, Region: region, Partition: partition.Partition,
		DNSSuffix: partition.DnsSuffix, ReverseDNSPrefix: partition.ReverseDnsPrefix,
	}, nil
}

// Account returns the account of a [Scope] without looking up the rest. The output fails when the lookup does.
func Account(ctx *pulumi.Context, opts ...pulumi.InvokeOption) pulumi.StringOutput {
	return output(entryOf(ctx, opts).findAccount(ctx, opts))
}

// Partition returns the partition of a [Scope] without looking up the rest. The output fails when the lookup does.
func Partition(ctx *pulumi.Context, opts ...pulumi.InvokeOption) pulumi.StringOutput {
	found, err := entryOf(ctx, opts).findPartition(ctx, opts)
	return output(found.Partition, err)
}

func output(text string, err error) pulumi.StringOutput {
	known := pulumi.String(text).ToStringOutput()
	return known.ApplyT(func(text string) (string, error) { return text, err }).(pulumi.StringOutput)
}

// entry holds what is known of a provider.
type entry struct {
	account, region value[string]
	partition       value[aws.GetPartitionResult]
	zones           value[map[string]string]

	offeringsLock sync.Mutex
	offerings     map[string][]string
	asked         map[string]bool
}

func (e *entry) findAccount(ctx *pulumi.Context, opts []pulumi.InvokeOption) (string, error) {
	return e.account.get("account", func() (string, error) {
		found, err := aws.GetCallerIdentity(ctx, &aws.GetCallerIdentityArgs{}, opts...)
		if err != nil {
			return "", err
		}
		return found.AccountId, nil
	})
}

func (e *entry) findPartition(ctx *pulumi.Context, opts []pulumi.InvokeOption) (aws.GetPartitionResult, error) {
	return e.partition.get("partition", func() (aws.GetPartitionResult, error) {
		found, err := aws.GetPartition(ctx, &aws.GetPartitionArgs{}, opts...)
		if err != nil {
			return aws.GetPartitionResult{}, err
		}
		return *found, nil
	})
}

// value is looked up once, unless the lookup fails.
type value[T any] struct {
	mu    sync.Mutex
	known bool
	found T
}

func (v *value[T]) get(what string, find func() (T, error)) (T, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.known {
		return v.found, nil
	}
	found, err := find()
	if err != nil {
		return found, fmt.Errorf("look up the %s: %w", what, err)
	}
	v.found, v.known = found, true
	return found, nil
}

// entries holds the scope of each explicit provider, and of the default provider of each context. A program has one
// context, and one more for the modules of a deployment. Keys are weak: an entry is deleted with its provider or
// context.
var entries sync.Map // weak.Pointer[aws.Provider] or weak.Pointer[pulumi.Context] -> *entry

// entryOf returns the entry of the provider that the options lead to. It is a new one where the provider is not known.
func entryOf(ctx *pulumi.Context, opts []pulumi.InvokeOption) *entry {
	given, err := pulumi.NewInvokeOptions(opts...)
	if err != nil {
		return &entry{}
	}
	provider, known := component.Provider[*aws.Provider](given.Parent)
	if given.Provider != nil {
		provider, known = given.Provider.(*aws.Provider)
	}
	switch {
	case !known:
		return &entry{}
	case provider != nil:
		return shared(provider)
	default:
		return shared(ctx)
	}
}

// shared returns the entry of a provider or context.
func shared[T any](of *T) *entry {
	key := weak.Make(of)
	found, exists := entries.LoadOrStore(key, &entry{})
	if !exists {
		runtime.AddCleanup(of, func(key weak.Pointer[T]) { entries.Delete(key) }, key)
	}
	return found.(*entry)
}

// Root returns the ARN of the account.
func (s Scope) Root() string { return fmt.Sprintf("arn:%s:iam::%s:root", s.Partition, s.Account) }

// ARN returns the ARN of a resource of a service in the account and region.
func (s Scope) ARN(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", s.Partition, service, s.Region, s.Account, resource)
}
