package cloud

import (
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Cloud describes a simulated cloud.
type Cloud struct {
	// Name is the name of the provider's package, such as "aws". Required.
	Name string
	// Services are the types and functions that it covers. Required.
	Services []Service
	// Configure reads the provider's configuration. It returns what is wrong with it.
	Configure func(resource.PropertyMap) (Scope, map[string]string)
	// Tags and AllTags are the input and the output that hold tags, in the types that have both: the resource's own, and
	// those that it gets from the provider too.
	Tags, AllTags string
	// CheckTags checks the tags of types that have tags. Default: nothing.
	CheckTags func(*Checker)
	// Config is an empty value of the SDK's arguments of the provider. Default: its configuration may have any property.
	Config pulumi.Input
	// ConfigReplaces are the settings of the provider that replace it, and everything it made, when they get another value. Default: none.
	ConfigReplaces []string
	// Reset ends what [Type.Work] left running for the store in a folder, before the command reset empties the store. Default: nothing.
	Reset func(ctx context.Context, dir string) error
}

// Service is one service of a cloud.
type Service struct {
	// Types are the types of its resources.
	Types []*Type
	// Functions answer calls of functions, by token.
	Functions map[string]Function
}

// Function answers a call.
type Function func(c *Call, args map[string]any) (map[string]any, error)

// server is one provider of a program: the engine starts one for each configuration.
type server struct {
	cloud     *Cloud
	store     *Store
	types     map[string]*Type
	functions map[string]Function
	scope     Scope
}

// Provider returns the provider that the engine talks to.
func (c *Cloud) Provider(store *Store) provider.Provider {
	s := &server{cloud: c, store: store, types: map[string]*Type{}, functions: map[string]Function{}}
	for _, service := range c.Services {
		for _, t := range service.Types {
			t.prepare()
			s.types[t.Token] = t
		}
		maps.Copy(s.functions, service.Functions)
	}
	return provider.Provider{
		CheckConfig: s.checkConfig,
		DiffConfig:  s.diffConfig,
		Configure:   s.configure,
		Invoke:      s.invoke,
		Check:       s.check,
		Diff:        s.diff,
		Create:      s.create,
		Read:        s.read,
		Update:      s.update,
		Delete:      s.remove,
		Cancel:      func(context.Context) error { return nil },
	}
}

func (s *server) typeOf(urn resource.URN) (*Type, error) {
	t, ok := s.types[string(urn.Type())]
	if !ok {
		return nil, fmt.Errorf("the simulated cloud %q does not cover the type %q, %s",
			s.cloud.Name, urn.Type(), config.Suggest(string(urn.Type()), slices.Sorted(maps.Keys(s.types))))
	}
	return t, nil
}

func (s *server) checkConfig(_ context.Context, r provider.CheckRequest) (provider.CheckResponse, error) {
	inputs := resource.ToResourcePropertyMap(r.Inputs)
	_, problems := s.cloud.Configure(inputs)
	out := provider.CheckResponse{Inputs: r.Inputs}
	if s.cloud.Config != nil {
		inputShape(s.cloud.Config).config(inputs, func(path, reason string) {
			out.Failures = append(out.Failures, provider.CheckFailure{Property: path, Reason: reason})
		})
	}
	for _, name := range slices.Sorted(maps.Keys(problems)) {
		out.Failures = append(out.Failures, provider.CheckFailure{Property: name, Reason: problems[name]})
	}
	return out, nil
}

func (s *server) diffConfig(_ context.Context, r provider.DiffRequest) (provider.DiffResponse, error) {
	before, after := resource.ToResourcePropertyMap(r.OldInputs), resource.ToResourcePropertyMap(r.Inputs)
	out := differences(before, after, nil)
	for name, d := range out.DetailedDiff {
		if slices.Contains(s.cloud.ConfigReplaces, name) && d.Kind == provider.Update {
			d.Kind = provider.UpdateReplace
			out.DetailedDiff[name] = d
		}
	}
	return out, nil
}

func (s *server) configure(_ context.Context, r provider.ConfigureRequest) error {
	s.scope, _ = s.cloud.Configure(resource.ToResourcePropertyMap(r.Args))
	return nil
}

// defaultsKey is where a bridged provider notes which inputs it filled in.
const defaultsKey = "__defaults"

func (s *server) check(_ context.Context, r provider.CheckRequest) (provider.CheckResponse, error) {
	t, err := s.typeOf(r.Urn)
	if err != nil {
		return provider.CheckResponse{}, err
	}
	inputs := resource.ToResourcePropertyMap(r.Inputs)
	var filled []resource.PropertyValue
	fill := func(name string, v resource.PropertyValue) {
		if old, ok := inputs[resource.PropertyKey(name)]; !ok || old.IsNull() {
			inputs[resource.PropertyKey(name)] = v
			filled = append(filled, resource.NewProperty(name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.Defaults)) {
		fill(name, resource.NewPropertyValue(t.Defaults[name]))
	}
	c := &Checker{Scope: s.scope, inputs: inputs}
	if t.Name != "" && !c.Has(t.Name+namePrefix) {
		fill(t.Name, t.autoName(r))
	}
	t.inputs.object("", inputs, func(path, reason string) { c.problems = append(c.problems, problem{path, reason}) })
	if len(c.problems) == 0 {
		c.Conflict(t.Name, t.Name+namePrefix)
		if t.Check != nil {
			t.Check(c)
		}
		if s.cloud.CheckTags != nil && t.taggable(s.cloud) {
			s.cloud.CheckTags(c)
		}
	}
	inputs[defaultsKey] = resource.NewProperty(filled)
	out := provider.CheckResponse{Inputs: resource.FromResourcePropertyMap(inputs)}
	for _, p := range c.problems {
		out.Failures = append(out.Failures, provider.CheckFailure{Property: p.path, Reason: p.reason})
	}
	return out, nil
}

// namePrefix is what the name of an input with the beginning of a name ends in.
const namePrefix = "Prefix"

// prefixName makes a name from its beginning, as the provider does: with 26 digits.
func (t *Type) prefixName(c *Call) error {
	prefix := c.Text(t.Name + namePrefix)
	if t.Name == "" || prefix == "" || c.Text(t.Name) != "" {
		return nil
	}
	digits, err := c.Hex(26)
	c.Set(t.Name, prefix+digits)
	return err
}

// autoName returns the name that the resource has already, or a new one: the resource's, and seven random digits.
func (t *Type) autoName(r provider.CheckRequest) resource.PropertyValue {
	old := resource.ToResourcePropertyMap(r.State)
	if filled := old[defaultsKey]; filled.IsArray() {
		for _, name := range filled.ArrayValue() {
			if name.IsString() && name.StringValue() == t.Name {
				return old[resource.PropertyKey(t.Name)]
			}
		}
	}
	var seed [32]byte
	if copy(seed[:], r.RandomSeed) == 0 {
		// The engine's seed has not come through the provider's frame.
		_, _ = crand.Read(seed[:])
	}
	random := rand.New(rand.NewChaCha8(seed)) //nolint:gosec // The engine's seed decides: the same in preview and update.
	name := fmt.Sprintf("%s-%07x", r.Urn.Name(), random.IntN(1<<28))
	if t.AutoName != nil {
		name = t.AutoName(name)
	}
	return resource.NewProperty(name)
}

func (s *server) diff(_ context.Context, r provider.DiffRequest) (provider.DiffResponse, error) {
	t, err := s.typeOf(r.Urn)
	if err != nil {
		return provider.DiffResponse{}, err
	}
	inputs := resource.ToResourcePropertyMap(r.Inputs)
	out := differences(resource.ToResourcePropertyMap(r.OldInputs), inputs, t)
	if t.taggable(s.cloud) {
		s.tagDifference(&out, resource.ToResourcePropertyMap(r.State), inputs)
	}
	return out, nil
}

// call returns a call for an object.
func (s *server) call(tx *Tx, o *Object) *Call {
	return &Call{Tx: tx, Scope: s.scope, Object: o, types: s.types}
}

// place is where resources of a type stand.
func (s *server) place(t *Type) string {
	if t.Global && s.scope.Global != "" {
		return s.scope.Global
	}
	return s.scope.Place
}

// preview returns the inputs, and the outputs that are not among them as unknown, unless the old state has them.
func (s *server) preview(t *Type, inputs, old resource.PropertyMap) property.Map {
	out := inputs.Copy()
	delete(out, defaultsKey)
	for _, name := range t.outputs {
		key := resource.PropertyKey(name)
		if _, given := out[key]; given {
			continue
		}
		if v, ok := old[key]; ok {
			out[key] = v
		} else if old == nil {
			out[key] = resource.MakeComputed(resource.NewProperty(""))
		}
	}
	for input, names := range t.Recomputes {
		key := resource.PropertyKey(input)
		if old == nil || uncover(old[key]).DeepEquals(uncover(inputs[key])) {
			continue
		}
		for _, name := range names {
			if _, given := inputs[resource.PropertyKey(name)]; !given {
				out[resource.PropertyKey(name)] = resource.MakeComputed(resource.NewProperty(""))
			}
		}
	}
	for name, within := range t.Computed {
		key := resource.PropertyKey(name)
		out[key] = previewBlock(out[key], old, key, within)
	}
	if key := resource.PropertyKey(s.cloud.AllTags); t.taggable(s.cloud) && !inputs[resource.PropertyKey(s.cloud.Tags)].ContainsUnknowns() {
		tags, _ := plainMap(inputs)[s.cloud.Tags].(map[string]any)
		out[key] = resource.NewProperty(properties(s.allTags(tags)))
	}
	return resource.FromResourcePropertyMap(out)
}

// previewBlock returns a block of inputs with what the cloud adds to it: as it was, or unknown when the resource is new.
func previewBlock(v resource.PropertyValue, old resource.PropertyMap, key resource.PropertyKey, within []string) resource.PropertyValue {
	if v = known(v); !v.IsObject() {
		return v
	}
	out := v.ObjectValue().Copy()
	for _, name := range within {
		inner := resource.PropertyKey(name)
		if _, given := out[inner]; given {
			continue
		}
		if was := known(old[key]); was.IsObject() && was.ObjectValue().HasValue(inner) {
			out[inner] = was.ObjectValue()[inner]
		} else if old == nil {
			out[inner] = resource.MakeComputed(resource.NewProperty(""))
		}
	}
	return resource.NewProperty(out)
}

func (s *server) create(ctx context.Context, r provider.CreateRequest) (provider.CreateResponse, error) {
	t, err := s.typeOf(r.Urn)
	if err != nil {
		return provider.CreateResponse{}, err
	}
	inputs := resource.ToResourcePropertyMap(r.Properties)
	if r.DryRun {
		return provider.CreateResponse{Properties: s.preview(t, inputs, nil)}, nil
	}
	o := &Object{Type: t.Token, Place: s.place(t)}
	s.ask(o, inputs)
	err = s.request(ctx, "create", t.Token, func(tx *Tx) error {
		c := s.call(tx, o)
		if err := t.prefixName(c); err != nil {
			return err
		}
		if err := t.Create(c); err != nil {
			return err
		}
		return tx.Put(o)
	}, func() error { return s.finishCreate(ctx, t, o) })
	if err != nil {
		return provider.CreateResponse{}, fmt.Errorf("creating %s (%s): %w", t.Token, r.Urn.Name(), err)
	}
	return provider.CreateResponse{ID: o.ID, Properties: outputs(o, inputs)}, nil
}

// outputs returns what an object is. What was secret in the inputs is secret in the outputs.
func outputs(o *Object, inputs resource.PropertyMap) property.Map {
	out := properties(o.Outputs)
	keepSecrets(out, inputs)
	return resource.FromResourcePropertyMap(out)
}

// ask writes the inputs into an object, and the tags that it gets from the provider.
func (s *server) ask(o *Object, inputs resource.PropertyMap) {
	before := o.Inputs
	o.Inputs = plainMap(inputs)
	outputs := maps.Clone(o.Outputs)
	if outputs == nil {
		outputs = map[string]any{}
	}
	for name := range s.types[o.Type].inputs.fields {
		if v, ok := o.Inputs[name]; ok {
			outputs[name] = v
		} else if _, was := before[name]; was {
			delete(outputs, name)
		}
	}
	if s.types[o.Type].taggable(s.cloud) {
		own, _ := o.Inputs[s.cloud.Tags].(map[string]any)
		outputs[s.cloud.AllTags] = s.allTags(own)
	}
	o.Outputs = outputs
}

func (s *server) read(ctx context.Context, r provider.ReadRequest) (provider.ReadResponse, error) {
	t, err := s.typeOf(r.Urn)
	if err != nil {
		return provider.ReadResponse{}, err
	}
	var o *Object
	err = s.request(ctx, "read", t.Token, func(tx *Tx) error {
		o, err = s.find(tx, t, r.ID)
		return err
	}, nil)
	if err != nil || o == nil {
		return provider.ReadResponse{}, err
	}
	old, inputs := resource.ToResourcePropertyMap(r.Inputs), properties(o.Inputs)
	keepSecrets(inputs, old)
	if filled, ok := old[defaultsKey]; ok {
		inputs[defaultsKey] = filled
	} else {
		inputs[defaultsKey] = resource.NewProperty([]resource.PropertyValue{})
	}
	return provider.ReadResponse{
		ID:         o.ID,
		Properties: outputs(o, old),
		Inputs:     resource.FromResourcePropertyMap(inputs),
	}, nil
}

// find returns an object as it is now, by its id or by the one for imports. What was not made as one of this type may be adopted.
func (s *server) find(tx *Tx, t *Type, id string) (*Object, error) {
	o, err := tx.Get(t.Token, s.place(t), id)
	if o == nil && err == nil && t.ImportID != nil {
		o, err = s.imported(tx, t, id)
	}
	call := s.call(tx, &Object{Type: t.Token, Place: s.place(t)})
	if o == nil && err == nil && t.Adopt != nil {
		o, err = t.Adopt(call, id)
	}
	if o == nil || err != nil || t.Refresh == nil {
		return o, err
	}
	call.Object = o
	if err := t.Refresh(call); err != nil || o.ID == "" {
		return nil, err
	}
	return o, nil
}

func (s *server) imported(tx *Tx, t *Type, id string) (*Object, error) {
	all, err := tx.List(t.Token)
	if i := slices.IndexFunc(all, func(o *Object) bool { return o.Place == s.place(t) && t.ImportID(o) == id }); i >= 0 {
		return all[i], err
	}
	return nil, err
}

func (s *server) update(ctx context.Context, r provider.UpdateRequest) (provider.UpdateResponse, error) {
	t, err := s.typeOf(r.Urn)
	if err != nil {
		return provider.UpdateResponse{}, err
	}
	inputs := resource.ToResourcePropertyMap(r.Inputs)
	if r.DryRun {
		return provider.UpdateResponse{Properties: s.preview(t, inputs, resource.ToResourcePropertyMap(r.State))}, nil
	}
	var o, old *Object
	err = s.request(ctx, "update", t.Token, func(tx *Tx) error {
		if o, err = s.find(tx, t, r.ID); err != nil {
			return err
		}
		if o == nil {
			return fmt.Errorf("there is no %s %s", t.Token, r.ID)
		}
		old = o.before()
		s.ask(o, inputs)
		if t.Update != nil {
			c := s.call(tx, o)
			c.Old = old
			if err := t.Update(c); err != nil {
				return err
			}
		}
		return tx.Put(o)
	}, func() error { return s.finishUpdate(ctx, t, o, old) })
	if err != nil {
		return provider.UpdateResponse{}, fmt.Errorf("updating %s (%s): %w", t.Token, r.Urn.Name(), err)
	}
	return provider.UpdateResponse{Properties: outputs(o, inputs)}, nil
}

func (s *server) remove(ctx context.Context, r provider.DeleteRequest) error {
	t, err := s.typeOf(r.Urn)
	if err != nil {
		return err
	}
	var doomed *Object
	err = s.request(ctx, "delete", t.Token, func(tx *Tx) error {
		doomed = nil
		o, err := s.find(tx, t, r.ID)
		if err != nil || o == nil { // What is gone already is deleted.
			return err
		}
		if t.Delete != nil {
			err := t.Delete(s.call(tx, o))
			if errors.Is(err, ErrKept) {
				return nil
			}
			if err != nil {
				return err
			}
		}
		if t.Work != nil {
			doomed = o
			return nil
		}
		return tx.Delete(o)
	}, func() error { return s.finishDelete(ctx, t, doomed) })
	if err != nil {
		return fmt.Errorf("deleting %s (%s): %w", t.Token, r.ID, err)
	}
	return nil
}

func (s *server) invoke(ctx context.Context, r provider.InvokeRequest) (provider.InvokeResponse, error) {
	f, ok := s.functions[string(r.Token)]
	if !ok {
		return provider.InvokeResponse{}, fmt.Errorf("the simulated cloud %q does not cover the function %q, %s",
			s.cloud.Name, r.Token, config.Suggest(string(r.Token), slices.Sorted(maps.Keys(s.functions))))
	}
	var answer map[string]any
	err := s.request(ctx, "invoke", string(r.Token), func(tx *Tx) (err error) {
		call := s.call(tx, &Object{Place: s.scope.Place})
		answer, err = f(call, plainMap(resource.ToResourcePropertyMap(r.Args)))
		return err
	}, nil)
	if err != nil {
		return provider.InvokeResponse{}, fmt.Errorf("calling %s: %w", r.Token, err)
	}
	return provider.InvokeResponse{Return: resource.FromResourcePropertyMap(properties(answer))}, nil
}
