package accounttest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/pulumitest"
)

// Deploy runs a program in this process, without an engine: the account creates its resources in the order in which
// the program registers them. Use [Account.Use] first, for resources without a provider. The error is that
// of the program or of the first resource that the cloud rejects.
func (a *Account) Deploy(program pulumi.RunFunc, opts ...pulumitest.Option) (*pulumitest.Recording, error) {
	a.T.Helper()
	d := &deployed{account: a, providers: map[resource.URN]*Account{}, outputs: map[resource.URN]resource.PropertyMap{}}
	return pulumitest.Record(program, append(opts, pulumitest.WithFailure(d.create),
		pulumitest.WithOutputs(func(r pulumitest.Registration) resource.PropertyMap { return d.outputs[r.URN] }),
		pulumitest.WithInvoke(d.call))...)
}

// deployed are the resources of a program.
type deployed struct {
	account   *Account
	providers map[resource.URN]*Account
	outputs   map[resource.URN]resource.PropertyMap
}

func (d *deployed) create(r pulumitest.Registration) error {
	switch {
	case r.Type == "pulumi:providers:"+d.account.name:
		return d.configure(r)
	case r.Type == "pulumi:index:Stash":
		d.outputs[r.URN] = resource.PropertyMap{"output": r.Inputs["input"]}
		return nil
	case !strings.HasPrefix(r.Type, d.account.name+":"):
		return nil
	}
	on := d.on(r.Provider)
	seed := sha256.Sum256([]byte(r.URN))
	checked, err := on.Check(d.account.T.Context(), provider.CheckRequest{Urn: r.URN, RandomSeed: seed[:],
		Inputs: resource.FromResourcePropertyMap(r.Inputs)})
	if err == nil && len(checked.Failures) > 0 {
		err = fmt.Errorf("%v", checked.Failures)
	}
	if err != nil {
		return fmt.Errorf("checking %s (%s): %w", r.Type, r.Name, err)
	}
	made, err := on.Create(d.account.T.Context(), provider.CreateRequest{Urn: r.URN, Properties: checked.Inputs})
	if err != nil {
		return err
	}
	d.outputs[r.URN] = resource.ToResourcePropertyMap(made.Properties)
	d.outputs[r.URN]["id"] = resource.NewProperty(made.ID)
	return nil
}

// configure configures an explicit provider.
func (d *deployed) configure(r pulumitest.Registration) error {
	on, inputs := d.account.Another(), resource.FromResourcePropertyMap(r.Inputs)
	checked, err := on.CheckConfig(d.account.T.Context(), provider.CheckRequest{Inputs: inputs})
	if err == nil && len(checked.Failures) > 0 {
		err = fmt.Errorf("%v", checked.Failures)
	}
	if err != nil {
		return fmt.Errorf("configuring %s: %w", r.Name, err)
	}
	d.providers[r.URN] = on
	return on.Configure(d.account.T.Context(), provider.ConfigureRequest{Args: inputs})
}

// on returns the account as a provider is configured.
func (d *deployed) on(r *pulumitest.Registration) *Account {
	if r == nil {
		return d.account
	}
	return d.providers[r.URN]
}

func (d *deployed) call(i pulumitest.Invocation) (resource.PropertyMap, error) {
	if !strings.HasPrefix(i.Token, d.account.name+":") {
		return nil, nil
	}
	answer, err := d.on(i.Provider).Invoke(d.account.T.Context(), provider.InvokeRequest{Token: tokens.Type(i.Token),
		Args: resource.FromResourcePropertyMap(i.Args)})
	if err == nil && len(answer.Failures) > 0 {
		err = errors.New(fmt.Sprint(answer.Failures))
	}
	return resource.ToResourcePropertyMap(answer.Return), err
}
