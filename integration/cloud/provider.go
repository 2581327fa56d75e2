package cloud

import (
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// server is one provider of a program: the engine starts one for each configuration.
type server struct {
	cloud     *Cloud
	store     *Store
	types     map[string]*Type
	functions map[string]Function
	// exclusive are the types of parents that allow one operation at a time.
	exclusive map[string]bool
	scope     Scope
}

// Provider returns the provider that the engine talks to.
func (c *Cloud) Provider(store *Store) provider.Provider {
	s := &server{cloud: c, store: store, types: map[string]*Type{}, functions: map[string]Function{},
		exclusive: map[string]bool{}}
	for _, service := range c.Services {
		for _, t := range service.Types {
			t.prepare()
			s.types[t.Token] = t
			if t.Parent != nil && t.Parent.Exclusive {
				s.exclusive[t.Parent.Type] = true
			}
		}
		maps.Copy(s.functions, service.Functions)
	}
	return provider.Provider{
		GetSchema:   s.schema,
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
	t, ok := s.types[s.cloud.token(string(urn.Type()))]
	if !ok {
		return nil, uncovered(s.cloud, "type", string(urn.Type()), s.types)
	}
	return t, nil
}

func (s *server) checkConfig(_ context.Context, r provider.CheckRequest) (provider.CheckResponse, error) {
	inputs := arguments(r.Inputs)
	_, problems := s.cloud.Configure(inputs)
	out := provider.CheckResponse{Inputs: resource.FromResourcePropertyMap(inputs)}
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
	s.scope, _ = s.cloud.Configure(arguments(r.Args))
	return nil
}

// inputsKey is the output in which a provider keeps the inputs: see [Cloud.KeepsInputs].
const inputsKey = "__inputs"

// defaultsKey is the input in which a provider notes the inputs that it filled in.
const defaultsKey = "__defaults"

func (s *server) check(_ context.Context, r provider.CheckRequest) (provider.CheckResponse, error) {
	t, err := s.typeOf(r.Urn)
	if err != nil {
		return provider.CheckResponse{}, err
	}
	inputs := arguments(r.Inputs)
	delete(inputs, defaultsKey) // An import checks the inputs that were read.
	if s.cloud.Converts {
		inputs = t.inputs.convertAll(inputs)
	}
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
	more, err := s.complete(t, inputs, r.State)
	if err != nil {
		return provider.CheckResponse{}, err
	}
	for _, name := range slices.Sorted(maps.Keys(more)) {
		fill(name, resource.NewPropertyValue(more[name]))
	}
	c := &Checker{Scope: s.scope, Type: t.Token, Token: string(r.Urn.Type()), inputs: inputs}
	if t.Name != "" && !c.Has(s.prefixInput(t)) {
		fill(t.Name, s.autoName(t, r))
	}
	t.inputs.object("", inputs, func(path, reason string) { c.problems = append(c.problems, problem{path, reason}) })
	if len(c.problems) == 0 {
		if input := s.prefixInput(t); input != "" {
			c.Conflict(t.Name, input)
		}
		if t.Check != nil {
			t.Check(c)
		}
		if s.cloud.Check != nil {
			s.cloud.Check(c)
		}
		if s.cloud.Tags.Check != nil && t.taggable(s.cloud.Tags) {
			s.cloud.Tags.Check(c)
		}
	}
	inputs[defaultsKey] = resource.NewProperty(filled)
	out := provider.CheckResponse{Inputs: resource.FromResourcePropertyMap(inputs)}
	for _, p := range c.problems {
		out.Failures = append(out.Failures, provider.CheckFailure{Property: p.path, Reason: p.reason})
	}
	return out, nil
}

// complete returns what [Type.Complete] adds to inputs.
func (s *server) complete(t *Type, inputs resource.PropertyMap, old property.Map) (out map[string]any, err error) {
	if t.Complete == nil {
		return nil, nil
	}
	var before map[string]any
	if state := resource.ToResourcePropertyMap(old); len(state) > 0 {
		before = plainMap(state)
	}
	err = s.store.Do(func(tx *Tx) error {
		o := &Object{Type: t.Token, Place: s.scope.Place, Inputs: plainMap(inputs), Folded: s.cloud.FoldIDs}
		out, err = t.Complete(s.call(tx, o), before)
		return err
	})
	return out, err
}

// prefixInput returns the input with the beginning of a name, or "".
func (s *server) prefixInput(t *Type) string {
	if t.Name == "" || s.cloud.NamePrefix.Suffix == "" {
		return ""
	}
	return t.Name + s.cloud.NamePrefix.Suffix
}

// completeName makes a name from its beginning.
func (s *server) completeName(t *Type, c *Call) error {
	prefix := c.Text(s.prefixInput(t))
	if prefix == "" || c.Text(t.Name) != "" {
		return nil
	}
	digits, err := c.Hex(s.cloud.NamePrefix.Digits)
	c.Set(t.Name, prefix+digits+t.nameSuffix(c.Object.Inputs))
	return err
}

// autoName returns the automatic name that the resource has already, or a new one.
func (s *server) autoName(t *Type, r provider.CheckRequest) resource.PropertyValue {
	old := resource.ToResourcePropertyMap(r.State)
	if named(old, t.Name) {
		return old[resource.PropertyKey(t.Name)]
	}
	var seed [32]byte
	if copy(seed[:], r.RandomSeed) == 0 {
		// The request has no seed.
		_, _ = crand.Read(seed[:])
	}
	random := rand.New(rand.NewChaCha8(seed)) //nolint:gosec // The engine's seed decides: the same in preview and update.
	name := s.cloud.AutoName
	if t.AutoName != nil {
		name = t.AutoName
	}
	suffix := t.nameSuffix(plainMap(resource.ToResourcePropertyMap(r.Inputs)))
	return resource.NewProperty(name(r.Urn.Name(), random) + suffix)
}

// randomlyNamed reports whether a resource has an automatic name that is not simply that of its resource in the
// program.
func randomlyNamed(t *Type, inputs resource.PropertyMap, name string) bool {
	return t.Name != "" && named(inputs, t.Name) &&
		!inputs[resource.PropertyKey(t.Name)].DeepEquals(resource.NewProperty(name))
}

// named reports whether the name among inputs is an automatic one.
func named(inputs resource.PropertyMap, name string) bool {
	filled := inputs[defaultsKey]
	return filled.IsArray() && slices.ContainsFunc(filled.ArrayValue(), func(v resource.PropertyValue) bool {
		return v.IsString() && v.StringValue() == name
	})
}

func (s *server) diff(_ context.Context, r provider.DiffRequest) (provider.DiffResponse, error) {
	t, err := s.typeOf(r.Urn)
	if err != nil {
		return provider.DiffResponse{}, err
	}
	inputs := resource.ToResourcePropertyMap(r.Inputs)
	old := resource.ToResourcePropertyMap(r.OldInputs)
	out := differences(old, inputs, t)
	out.DeleteBeforeReplace = s.cloud.DeleteFirst && replaces(out) && !randomlyNamed(t, old, r.Urn.Name())
	if t.taggable(s.cloud.Tags) {
		s.tagDifference(&out, resource.ToResourcePropertyMap(r.State), inputs)
	}
	return out, nil
}

// call returns a call for an object.
func (s *server) call(tx *Tx, o *Object) *Call {
	return &Call{Tx: tx, Scope: s.scope, Object: o, server: s}
}

// preview returns the inputs and outputs. Outputs that are not inputs are those of the old state, or unknown for a new
// resource.
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
	if key := resource.PropertyKey(s.cloud.Tags.All); key != "" && t.taggable(s.cloud.Tags) &&
		!inputs[resource.PropertyKey(s.cloud.Tags.Input)].ContainsUnknowns() {
		tags, _ := plainMap(inputs)[s.cloud.Tags.Input].(map[string]any)
		out[key] = resource.NewProperty(properties(s.allTags(tags)))
	}
	return resource.FromResourcePropertyMap(out)
}

// previewBlock returns a block of inputs with the values that the cloud adds: those of the old state, or unknown for a
// new resource.
func previewBlock(v resource.PropertyValue, old resource.PropertyMap, key resource.PropertyKey,
	within []string) resource.PropertyValue {
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
	o := &Object{}
	op := &operation{name: "create", token: t.Token, takes: t.Takes}
	op.begin = func(tx *Tx) error {
		*o = Object{Type: t.Token, Folded: s.cloud.FoldIDs}
		s.request(o, inputs)
		o.Place = t.place(s.scope, o.Inputs)
		c := s.call(tx, o)
		if err := s.placeBelow(t, c); err != nil {
			return err
		}
		if err := s.completeName(t, c); err != nil {
			return err
		}
		below := o.ID != ""
		if below {
			if err := s.unlessExists(tx, t, o); err != nil {
				return err
			}
		}
		if err := t.Create(c); err != nil {
			return err
		}
		if !below {
			if err := s.unlessExists(tx, t, o); err != nil {
				return err
			}
		}
		if err := s.occupy(tx, op, t, o); err != nil {
			return err
		}
		return tx.Put(o)
	}
	op.finish = func() error { return s.finishCreate(ctx, t, o) }
	if err := s.run(ctx, op); err != nil {
		return provider.CreateResponse{}, fmt.Errorf("creating %s (%s): %w", t.Token, r.Urn.Name(), err)
	}
	return provider.CreateResponse{ID: o.ID, Properties: s.outputs(t, o, inputs)}, nil
}

// placeBelow gives a child its id and its place below its parent.
func (s *server) placeBelow(t *Type, c *Call) error {
	if t.Parent == nil {
		return nil
	}
	id := t.Parent.ID(s.scope, c.Object.Inputs)
	parent, err := c.Lookup(t.Parent.Type, id)
	if err != nil {
		return err
	}
	if parent == nil {
		if s.cloud.Errors.ParentNotFound != nil {
			return s.cloud.Errors.ParentNotFound(t.Parent.Type, id)
		}
		return s.cloud.refuse("ParentResourceNotFound", "the parent resource %s does not exist", id)
	}
	c.Object.ID = t.Parent.Path(parent.ID, c.Object.Inputs, c.Text(t.Name))
	c.Object.Place, c.Object.Managed = parent.Place, parent.Key()
	return nil
}

// unlessExists refuses to create an existing object, if the cloud does.
func (s *server) unlessExists(tx *Tx, t *Type, o *Object) error {
	if s.cloud.Errors.Exists == nil || t.Singleton {
		return nil
	}
	same, err := tx.Get(o.Type, o.Place, o.ID)
	if err == nil && same != nil {
		err = s.cloud.Errors.Exists(same)
	}
	return err
}

// outputs returns the outputs of an object. Inputs that were secret are secret outputs, and so are the secrets of the
// type.
func (s *server) outputs(t *Type, o *Object, inputs resource.PropertyMap) property.Map {
	out := properties(o.Outputs)
	for _, name := range t.Secrets {
		if v, ok := out[resource.PropertyKey(name)]; ok {
			out[resource.PropertyKey(name)] = resource.MakeSecret(v)
		}
	}
	keepSecrets(out, inputs)
	if s.cloud.KeepsInputs {
		out[inputsKey] = resource.MakeSecret(resource.NewProperty(properties(o.Inputs)))
	}
	return resource.FromResourcePropertyMap(out)
}

// request writes the inputs into an object, with the default tags of the provider.
func (s *server) request(o *Object, inputs resource.PropertyMap) {
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
	if all := s.cloud.Tags.All; all != "" && s.types[o.Type].taggable(s.cloud.Tags) {
		own, _ := o.Inputs[s.cloud.Tags.Input].(map[string]any)
		outputs[all] = s.allTags(own)
	}
	o.Outputs = outputs
}

func (s *server) read(ctx context.Context, r provider.ReadRequest) (provider.ReadResponse, error) {
	t, err := s.typeOf(r.Urn)
	if err != nil {
		return provider.ReadResponse{}, err
	}
	var o *Object
	err = s.run(ctx, &operation{name: "read", token: t.Token, begin: func(tx *Tx) error {
		o, err = s.find(tx, t, r.ID)
		return err
	}})
	if err != nil || o == nil {
		return provider.ReadResponse{}, err
	}
	old, inputs := resource.ToResourcePropertyMap(r.Inputs), properties(o.Inputs)
	if len(old) == 0 && s.cloud.ImportsAnswers {
		inputs = imported(t, o)
	}
	keepSecrets(inputs, old)
	if filled, ok := old[defaultsKey]; ok {
		inputs[defaultsKey] = filled
	} else {
		inputs[defaultsKey] = resource.NewProperty([]resource.PropertyValue{})
	}
	return provider.ReadResponse{
		ID:         o.ID,
		Properties: s.outputs(t, o, old),
		Inputs:     resource.FromResourcePropertyMap(inputs),
	}, nil
}

// imported returns the inputs of an object that is imported: see [Cloud.ImportsAnswers]. An output can have the name of an
// input without being its value, such as the type.
func imported(t *Type, o *Object) resource.PropertyMap {
	out := t.inputs.project(properties(o.Outputs))
	for key, v := range properties(o.Inputs) {
		if !v.IsObject() && !v.IsArray() {
			out[key] = v
		}
	}
	return out
}

// find returns an object as it is now, by its id or by the one for imports. An object of another type may be adopted.
func (s *server) find(tx *Tx, t *Type, id string) (*Object, error) {
	place := t.place(s.scope, nil)
	o, err := s.stored(tx, t, place, id)
	call := s.call(tx, &Object{Type: t.Token, Place: place})
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

// stored returns an object of a place, or of any for "".
func (s *server) stored(tx *Tx, t *Type, place, id string) (o *Object, err error) {
	if place == "" || t.Parent != nil {
		o, err = tx.Lookup(t.Token, id)
	} else {
		o, err = tx.Get(t.Token, place, id)
	}
	if o != nil || err != nil || t.ImportID == nil {
		return o, err
	}
	all, err := tx.List(t.Token)
	if i := slices.IndexFunc(all, func(o *Object) bool {
		return (place == "" || o.Place == place) &&
			t.ImportID(o) == id
	}); i >= 0 {
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
	op := &operation{name: "update", token: t.Token, takes: t.Takes}
	op.begin = func(tx *Tx) error {
		if o, err = s.find(tx, t, r.ID); err != nil {
			return err
		}
		if o == nil {
			return fmt.Errorf("there is no %s %s", t.Token, r.ID)
		}
		if err := s.occupy(tx, op, t, o); err != nil {
			return err
		}
		old = o.before()
		s.request(o, inputs)
		if t.Update != nil {
			c := s.call(tx, o)
			c.Old = old
			if err := t.Update(c); err != nil {
				return err
			}
		}
		return tx.Put(o)
	}
	op.finish = func() error { return s.finishUpdate(ctx, t, o, old) }
	if err := s.run(ctx, op); err != nil {
		return provider.UpdateResponse{}, fmt.Errorf("updating %s (%s): %w", t.Token, r.Urn.Name(), err)
	}
	return provider.UpdateResponse{Properties: s.outputs(t, o, inputs)}, nil
}

func (s *server) remove(ctx context.Context, r provider.DeleteRequest) error {
	t, err := s.typeOf(r.Urn)
	if err != nil {
		return err
	}
	var doomed *Object
	op := &operation{name: "delete", token: t.Token, takes: t.Takes}
	op.begin = func(tx *Tx) error {
		doomed = nil
		o, err := s.find(tx, t, r.ID)
		if err != nil || o == nil { // It is deleted already.
			return err
		}
		if err := s.occupy(tx, op, t, o); err != nil {
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
		if t.Work != nil || t.Takes > 0 {
			doomed = o
			return nil
		}
		return tx.Delete(o)
	}
	op.finish = func() error { return s.finishDelete(ctx, t, doomed) }
	if err := s.run(ctx, op); err != nil {
		return fmt.Errorf("deleting %s (%s): %w", t.Token, r.ID, err)
	}
	return nil
}

func (s *server) invoke(ctx context.Context, r provider.InvokeRequest) (provider.InvokeResponse, error) {
	token := s.cloud.token(string(r.Token))
	f, ok := s.functions[token]
	if !ok {
		return provider.InvokeResponse{}, uncovered(s.cloud, "function", string(r.Token), s.functions)
	}
	args, err := s.callArguments(token, r)
	if err != nil {
		return provider.InvokeResponse{}, err
	}
	var answer map[string]any
	err = s.run(ctx, &operation{name: "invoke", token: token, begin: func(tx *Tx) (err error) {
		call := s.call(tx, &Object{Place: s.scope.Place})
		answer, err = f(call, plainMap(args))
		return err
	}})
	if err != nil {
		return provider.InvokeResponse{}, fmt.Errorf("calling %s: %w", r.Token, err)
	}
	return provider.InvokeResponse{Return: resource.FromResourcePropertyMap(properties(answer))}, nil
}

// callArguments returns the arguments of a call in the types of its signature, if it has one.
func (s *server) callArguments(token string, r provider.InvokeRequest) (resource.PropertyMap, error) {
	args := arguments(r.Args)
	signature, ok := s.cloud.Signatures[token]
	if !ok {
		return args, nil
	}
	of := &shape{kind: reflect.Struct}
	if signature.Args != nil {
		of = shapeOf(reflect.TypeOf(signature.Args))
	}
	if s.cloud.Converts {
		args = of.convertAll(args)
	}
	var problems []error
	of.object("", args, func(path, reason string) {
		problems = append(problems, fmt.Errorf("calling %s: %s: %s", r.Token, path, reason))
	})
	return args, errors.Join(problems...)
}
