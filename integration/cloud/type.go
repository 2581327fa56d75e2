package cloud

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Type is one type of resource of a simulated cloud. What the SDK knows, such as the names of
// properties, is not repeated here.
type Type struct {
	// Token is the type's token, such as "aws:ec2/vpc:Vpc". Required.
	Token string
	// Args is an empty value of the SDK's arguments. Required.
	Args pulumi.Input
	// Resource is an empty value of the SDK's resource. Required.
	Resource pulumi.Resource
	// Name is the input that gets a name when it has none: the resource's, and random digits. When there is an input of that name and
	// "Prefix", the cloud makes a name from that one. Default: none.
	Name string
	// AutoName changes the name that the input gets. Default: nothing.
	AutoName func(string) string
	// Required lists inputs that the cloud asks for where the SDK does not tell.
	Required []string
	// Replaces lists the inputs whose change replaces the resource, such as "ami", and properties within them, such as
	// "rootBlockDevice.encrypted".
	Replaces []string
	// Defaults are what inputs have when they are not given.
	Defaults map[string]any
	// Global says that its resources stand in an account and not in one of its regions. Default: false.
	Global bool
	// JSON lists properties, at any depth, whose values are JSON: texts that mean the same are no change.
	JSON []string
	// Sets lists properties, at any depth, that are lists whose order means nothing.
	Sets []string
	// Replacing returns further inputs whose change replaces the resource, when that depends on the inputs. Default: none.
	Replacing func(inputs map[string]any) []string
	// ImportID returns another id by which the resource can be imported. Default: none.
	ImportID func(*Object) string
	// Adopt returns what has an id and was not made as one of this type, such as a network's default security group, when it is
	// imported. Default: nothing.
	Adopt func(c *Call, id string) (*Object, error)
	// Refresh brings inputs and outputs up to date with what others changed, before anything is done with the object. It sets the id
	// to "" when the object is gone. Default: nothing.
	Refresh func(*Call) error
	// Computed lists what the cloud adds within inputs that are blocks, by the input, such as the id of a network within the settings of one.
	// Nobody knows it before the resource is made. Default: none.
	Computed map[string][]string
	// Recomputes lists outputs that nobody knows before an update is done, by the input whose change makes them so. Default: none.
	Recomputes map[string][]string
	// Check reports what is wrong with inputs that are known, before anything is made. Default: nothing.
	Check func(*Checker)
	// Create makes the resource: it sets id and outputs, or refuses. The inputs are outputs already. Required.
	Create func(*Call) error
	// Update changes it: the new inputs are outputs already. Default: nothing else changes.
	Update func(*Call) error
	// Delete refuses to delete it, or does what deleting it means for others. [ErrKept] leaves it in the cloud. Default: nothing.
	Delete func(*Call) error
	// Work does what takes a while: once the transaction of a create or an update is done, and before what is to be deleted goes. When it fails
	// for a new resource it is called to delete that, and has to take what is not there for deleted. Default: nothing.
	Work func(ctx context.Context, w *Work) error

	inputs  *shape
	outputs []string
}

// ErrKept says that a resource stays in the cloud when the engine is done with it.
var ErrKept = errors.New("the resource stays in the cloud")

// prepare reads what the SDK says about the type.
func (t *Type) prepare() {
	t.inputs, t.outputs = inputShape(t.Args), outputNames(t.Resource)
	for _, name := range t.Required {
		t.inputs.fields[name].required = true
	}
}

func (t *Type) taggable(c *Cloud) bool {
	_, own := t.inputs.fields[c.Tags]
	return own && slices.Contains(t.outputs, c.AllTags)
}

// Checker looks at the inputs of a resource before anything is made.
type Checker struct {
	// Scope is what the provider is configured with.
	Scope Scope

	inputs   resource.PropertyMap
	problems []problem
}

type problem struct{ path, reason string }

// Add reports a problem with an input, once.
func (c *Checker) Add(property, format string, args ...any) {
	p := problem{property, fmt.Sprintf(format, args...)}
	if !slices.Contains(c.problems, p) {
		c.problems = append(c.problems, p)
	}
}

// Value returns an input, as far as it is known, as JSON would hold it. What is unknown is missing.
func (c *Checker) Value(property string) any {
	v, _ := plain(c.inputs[resource.PropertyKey(property)])
	return v
}

// Number returns an input that is a number and known.
func (c *Checker) Number(property string) (float64, bool) {
	v := known(c.inputs[resource.PropertyKey(property)])
	if !v.IsNumber() {
		return 0, false
	}
	return v.NumberValue(), true
}

// Between reports a problem unless the input is within the range, is unknown or is not given.
func (c *Checker) Between(property string, lowest, highest float64) {
	if v, ok := c.Number(property); ok && (v < lowest || v > highest) {
		c.Add(property, "expected %s to be in the range (%v - %v), got %v", property, lowest, highest, v)
	}
}

// Has reports whether an input is given, known or not.
func (c *Checker) Has(property string) bool {
	v, ok := c.inputs[resource.PropertyKey(property)]
	return ok && !v.IsNull()
}

// Text returns an input that is a string and known.
func (c *Checker) Text(property string) (string, bool) {
	v := known(c.inputs[resource.PropertyKey(property)])
	if !v.IsString() {
		return "", false
	}
	return v.StringValue(), true
}

// Texts returns the known entries of an input that is a map of strings.
func (c *Checker) Texts(property string) map[string]string {
	out := map[string]string{}
	if v := known(c.inputs[resource.PropertyKey(property)]); v.IsObject() {
		for key, value := range v.ObjectValue() {
			if value = known(value); value.IsString() {
				out[string(key)] = value.StringValue()
			}
		}
	}
	return out
}

// OneOf reports a problem unless the input has one of the values, is unknown or is not given.
func (c *Checker) OneOf(property string, values ...string) {
	if v, ok := c.Text(property); ok && !slices.Contains(values, v) {
		c.Add(property, "expected %s to be one of %q, got %s", property, values, v)
	}
}

// OneOfValue is [Checker.OneOf] for a value within an input, at a path.
func (c *Checker) OneOfValue(path string, v any, values ...string) {
	if text, ok := v.(string); ok && !slices.Contains(values, text) {
		c.Add(path, "expected %s to be one of %q, got %s", path, values, text)
	}
}

// Conflict reports a problem when more than one of the inputs is given.
func (c *Checker) Conflict(properties ...string) {
	var given []string
	for _, p := range properties {
		if c.Has(p) {
			given = append(given, p)
		}
	}
	if len(given) > 1 {
		c.Add(given[0], "%q: conflicts with %s", given[0], strings.Join(given[1:], ", "))
	}
}

// ExactlyOne reports a problem unless one of the inputs is given.
func (c *Checker) ExactlyOne(properties ...string) {
	c.Conflict(properties...)
	if !slices.ContainsFunc(properties, c.Has) {
		c.Add(properties[0], "one of %s must be specified", strings.Join(properties, ", "))
	}
}

// Scope is what a provider is configured with.
type Scope struct {
	// Place is where its resources stand.
	Place string
	// Global is where resources stand that are in no region. Default: Place.
	Global string
	// Values are the provider's settings.
	Values map[string]string
	// Tags are added to all resources that have tags.
	Tags map[string]string
	// IgnoreTags says of which tags the provider knows nothing. Default: none.
	IgnoreTags func(key string) bool
	// Retries is how often the provider tries again when the cloud is busy.
	Retries int
}

// Call is one request to the simulated cloud, within a transaction.
type Call struct {
	// Tx reaches everything else in the cloud.
	*Tx
	// Scope is what the provider is configured with.
	Scope Scope
	// Object is the resource. When it is created, its id is empty.
	Object *Object
	// Old is the resource as it was before an update, or nil.
	Old *Object

	types map[string]*Type
}

// Text returns an input or an output that is a string, or "".
func (c *Call) Text(property string) string { return c.Object.Text(property) }

// Set sets an output.
func (c *Call) Set(property string, value any) { c.Object.Outputs[property] = value }

// SetDefault sets an output that nothing was asked for.
func (c *Call) SetDefault(property string, value any) {
	if _, ok := c.Object.Outputs[property]; !ok {
		c.Object.Outputs[property] = value
	}
}

// NewID sets the id to a prefix and 17 hexadecimal digits.
func (c *Call) NewID(prefix string) error {
	digits, err := c.Hex(17)
	c.Object.ID = prefix + digits
	return err
}

// NewText sets an output to a prefix and 17 hexadecimal digits.
func (c *Call) NewText(property, prefix string) error {
	digits, err := c.Hex(17)
	c.Set(property, prefix+digits)
	return err
}

// Texts returns the strings of an input or an output that is a list.
func (c *Call) Texts(property string) []string { return c.Object.Texts(property) }

// On returns a call for another object, in the same transaction.
func (c *Call) On(o *Object) *Call {
	return &Call{Tx: c.Tx, Scope: c.Scope, Object: o, types: c.types}
}

// Find returns an object in the same place, or refuses with a message that takes the id.
func (c *Call) Find(typ, id, code, message string) (*Object, error) {
	o, err := c.Here(typ, id)
	if err == nil && o == nil {
		err = Refuse(code, message, id)
	}
	return o, err
}

// Add stores an object that the cloud creates by itself, after its type has checked it and computed its outputs.
func (c *Call) Add(o *Object) error {
	t, ok := c.types[o.Type]
	if !ok {
		return fmt.Errorf("the simulated cloud has no type %q", o.Type)
	}
	if err := t.Create(c.On(o)); err != nil {
		return err
	}
	return c.Put(o)
}

// Create adds an object that is owned by another one.
func (c *Call) Create(typ string, owner *Object, inputs map[string]any) error {
	return c.Add(owned(typ, owner, inputs))
}

func owned(typ string, owner *Object, inputs map[string]any) *Object {
	return &Object{Type: typ, Place: owner.Place, Managed: owner.Key(), Inputs: inputs, Outputs: maps.Clone(inputs)}
}

// CreateBy is [Call.Create] with a function in place of the type's own.
func (c *Call) CreateBy(create func(*Call) error, typ string, owner *Object, inputs map[string]any) error {
	o := owned(typ, owner, inputs)
	if err := create(c.On(o)); err != nil {
		return err
	}
	return c.Put(o)
}

// Changed reports whether a property is another one than before the update. When the resource is new, all are.
func (c *Call) Changed(property string) bool {
	return c.Old == nil || !reflect.DeepEqual(c.Old.Outputs[property], c.Object.Outputs[property])
}

// Here returns the object of a type in the same place, or nil.
func (c *Call) Here(typ, id string) (*Object, error) { return c.Get(typ, c.Object.Place, id) }

// All returns the objects of a type in the same place for which keep returns true.
func (c *Call) All(typ string, keep func(*Object) bool) ([]*Object, error) {
	all, err := c.List(typ)
	return slices.DeleteFunc(all, func(o *Object) bool {
		return o.Place != c.Object.Place || o.Key() == c.Object.Key() || !keep(o)
	}), err
}

// Refusal is what a cloud answers when it does not do what it was asked for.
type Refusal struct {
	// Code is the cloud's own, such as InvalidSubnet.Conflict.
	Code string
	// Message is the cloud's own, too.
	Message string
}

// Error implements error.
func (r *Refusal) Error() string { return fmt.Sprintf("api error %s: %s", r.Code, r.Message) }

// Refuse returns a [Refusal].
func Refuse(code, format string, args ...any) error {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}
