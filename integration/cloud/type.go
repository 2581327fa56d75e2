package cloud

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Type is one type of resource of a simulated cloud. It does not repeat what the SDK describes, such as the names of
// properties.
type Type struct {
	// Token is the type's token, such as "example:net:Network". Required.
	Token string
	// Args is an empty value of the SDK's arguments. Required.
	Args pulumi.Input
	// Resource is an empty value of the SDK's resource. Required.
	Resource pulumi.Resource
	// Name is the input with the resource's name. A resource without one gets an automatic name. Default: the type has
	// no name.
	Name string
	// AutoName replaces [Cloud.AutoName] for the type.
	AutoName func(resource string, random *rand.Rand) string
	// NameSuffix returns the end of an automatic name, from the inputs. Default: none.
	NameSuffix func(inputs map[string]any) string
	// Required lists inputs that are required although the SDK says otherwise.
	Required []string
	// Replaces lists the inputs whose change replaces the resource, such as "image", and properties within them, such
	// as "disk.encrypted".
	Replaces []string
	// Defaults are the values of omitted inputs.
	Defaults map[string]any
	// Complete returns more values of omitted inputs, those that depend on other objects, such as the location of a
	// group. The call has the known inputs. old are the inputs before a change, or nil. Default: none.
	Complete func(c *Call, old map[string]any) (map[string]any, error)
	// Singleton says that a resource exists along with its parent, so that creating it changes that one: it is not
	// rejected with [Errors.Exists]. Default: false.
	Singleton bool
	// Place returns where a resource is. inputs is nil when it is looked up by id; "" stands for any place then.
	// Default: [Scope.Place].
	Place func(s Scope, inputs map[string]any) string
	// Parent says that resources of the type are children of other resources. Default: they are not.
	Parent *Parent
	// Takes is how long the cloud works on a create, an update and a delete. Default: no time.
	Takes time.Duration
	// Same lists properties, at any depth, with functions that report whether two texts mean the same: no change then.
	// Default: none.
	Same map[string]func(before, after string) bool
	// Sets lists properties, at any depth, that are lists whose order has no meaning.
	Sets []string
	// Replacing returns more inputs whose change replaces the resource, when that depends on the inputs. Default: none.
	Replacing func(inputs map[string]any) []string
	// ImportID returns another id by which the resource can be imported. Default: none.
	ImportID func(*Object) string
	// Adopt imports an object by its id that was not created as one of this type, such as what the cloud created along
	// with a network. Default: nothing.
	Adopt func(c *Call, id string) (*Object, error)
	// Refresh updates inputs and outputs that depend on other objects, before every request for the resource. It sets
	// the id to "" when the resource no longer exists. Default: nothing.
	Refresh func(*Call) error
	// Computed lists, by input, the properties that the cloud adds within inputs that are blocks, such as the id of a
	// network within its settings. A preview shows them as unknown. Default: none.
	Computed map[string][]string
	// Secrets lists outputs that are secret although no input is, such as a password that the cloud chose. Default: none.
	Secrets []string
	// Recomputes lists outputs by the input whose change makes them unknown in a preview. Default: none.
	Recomputes map[string][]string
	// Check reports problems of known inputs, before anything is created. Default: nothing.
	Check func(*Checker)
	// Create creates the resource: it sets id and outputs, or refuses. The inputs are outputs already. Required.
	Create func(*Call) error
	// Update updates it: the new inputs are outputs already. Default: nothing else changes.
	Update func(*Call) error
	// Delete refuses to delete it, or updates other objects that its deletion affects. [ErrKept] leaves it in the
	// cloud. Default: nothing.
	Delete func(*Call) error
	// Work does what takes a while, outside of the transaction: after a create or an update, and before a delete. If it
	// fails for a new resource, it is called to delete that, and must accept that parts of it do not exist. Default:
	// nothing.
	Work func(ctx context.Context, w *Work) error

	inputs  *shape
	outputs []string
}

// Parent says that the ids of resources begin with the id of their parent, and that they are deleted with it.
type Parent struct {
	// Type is the token of the parent. Required.
	Type string
	// ID returns the id of the parent from the inputs of a child. Required.
	ID func(s Scope, inputs map[string]any) string
	// Segment stands between the id of the parent and the name of a child: PARENT/SEGMENT/NAME. "{INPUT}" stands for the
	// value of an input. The type needs a [Type.Name]. Required.
	Segment string
	// Exclusive says that an operation on a child makes its parent busy: until it ends, other operations on the parent
	// and its children are rejected with [Errors.Busy]. Default: false.
	Exclusive bool
}

// Path returns the id of a child with a name below the id of its parent.
func (p *Parent) Path(parent string, inputs map[string]any, name string) string {
	segment := p.Segment
	for input, v := range inputs {
		if text, ok := v.(string); ok {
			segment = strings.ReplaceAll(segment, "{"+input+"}", text)
		}
	}
	return parent + "/" + segment + "/" + name
}

// ErrKept says that a resource stays in the cloud when the engine deletes it.
var ErrKept = errors.New("the resource stays in the cloud")

// prepare reads what the SDK says about the type.
func (t *Type) prepare() {
	t.inputs, t.outputs = inputShape(t.Args), outputNames(t.Resource)
	for _, name := range t.Required {
		t.inputs.fields[name].required = true
	}
}

// nameSuffix returns the end of an automatic name.
func (t *Type) nameSuffix(inputs map[string]any) string {
	if t.NameSuffix == nil {
		return ""
	}
	return t.NameSuffix(inputs)
}

func (t *Type) taggable(tags Tags) bool {
	_, own := t.inputs.fields[tags.Input]
	return own && (tags.All == "" || slices.Contains(t.outputs, tags.All))
}

// place returns where a resource of the type is. inputs is nil when it is looked up by id.
func (t *Type) place(s Scope, inputs map[string]any) string {
	if t.Place != nil {
		return t.Place(s, inputs)
	}
	return s.Place
}
