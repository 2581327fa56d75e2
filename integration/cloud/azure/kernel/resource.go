package kernel

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Grouped completes a type whose resources are in a resource group. arm is the resource type, such as
// "Microsoft.Storage/storageAccounts". The inputs with names replace the resource when they change, and so does what
// [cloud.Type.Replaces] lists.
//
// What it adds is what Azure Resource Manager and the provider do for each such type: the id, "name" and "type", the
// location and tags with their rules, "etag", "provisioningState" and "systemData".
func Grouped(t *cloud.Type, arm string) *cloud.Type {
	t.Parent = &cloud.Parent{
		Type: GroupToken, Segment: "providers/" + arm,
		ID: func(s cloud.Scope, in map[string]any) string { return GroupID(s, cloud.Text(in, "resourceGroupName")) },
	}
	return complete(t, arm, "resourceGroupName", t.Name)
}

// Child completes a type whose resources are children of others. parent is the token of their type, at the resource type
// and with the name in an input. segment is what stands before the name of a child. exclusive says that Azure allows one
// write at a time to the children of a parent.
func Child(t *cloud.Type, parent, arm, name, segment string, exclusive bool) *cloud.Type {
	t.Parent = &cloud.Parent{
		Type: parent, Segment: segment, Exclusive: exclusive,
		ID: func(s cloud.Scope, in map[string]any) string {
			return Below(s, cloud.Text(in, "resourceGroupName"), arm, cloud.Text(in, name))
		},
	}
	if t.AutoName == nil {
		t.AutoName = SameName
	}
	return complete(t, ID("/providers/"+arm+"/x/"+segment+"/x").Type(), "resourceGroupName", name, t.Name)
}

// Extension completes a type whose resources belong to another one, or to a resource group or a subscription. scope is
// the input with the id of that.
func Extension(t *cloud.Type, arm, scope string) *cloud.Type {
	t.Place = func(s cloud.Scope, in map[string]any) string {
		if in == nil {
			return ""
		}
		if subscription := ID(cloud.Text(in, scope)).Subscription(); subscription != "" {
			return subscription
		}
		return s.Place
	}
	create := t.Create
	t.Create = func(c *cloud.Call) error {
		of := "/" + strings.Trim(c.Text(scope), "/")
		if err := Need(c, of); err != nil {
			return err
		}
		c.Object.ID = strings.TrimRight(of, "/") + "/providers/" + arm + "/" + c.Text(t.Name)
		return call(create, c)
	}
	return complete(t, arm, scope, t.Name)
}

// complete adds what is common to all types.
func complete(t *cloud.Type, arm string, path ...string) *cloud.Type {
	t.Replaces = append(slices.Clone(t.Replaces), path...)
	if t.Same == nil {
		t.Same = map[string]func(before, after string) bool{}
	}
	t.Same["location"] = SameLocation
	located := has(t.Args.ElementType(), "location")
	if located {
		t.Complete = completeLocation
	}
	create, update := t.Create, t.Update
	t.Create = func(c *cloud.Call) error {
		if err := begin(c, t, arm, located); err != nil {
			return err
		}
		return call(create, c)
	}
	t.Update = func(c *cloud.Call) error {
		if err := begin(c, t, arm, located); err != nil {
			return err
		}
		return call(update, c)
	}
	return t
}

// call calls a function that may be nil.
func call(f func(*cloud.Call) error, c *cloud.Call) error {
	if f == nil {
		return nil
	}
	return f(c)
}

// has reports whether a struct of the SDK has a property.
func has(t reflect.Type, property string) bool {
	for f := range t.Fields() {
		if f.Tag.Get("pulumi") == property {
			return true
		}
	}
	return false
}

// completeLocation returns the location of a resource without one: that before a change, that of the provider, or that
// of its resource group. Source: pulumi-azure-native, "Configuration", location.
func completeLocation(c *cloud.Call, old map[string]any) (map[string]any, error) {
	location := cloud.Text(old, "location")
	if location == "" {
		location = c.Scope.Values["location"]
	}
	group := c.Object.Inputs["resourceGroupName"]
	if name, ok := group.(string); location == "" && ok {
		o, err := c.Lookup(GroupToken, GroupID(c.Scope, name))
		if err != nil {
			return nil, err
		}
		if o != nil {
			location = o.Text("location")
		}
	}
	if location == "" {
		return nil, nil
	}
	return map[string]any{"location": location}, nil
}

// begin sets the outputs that each type has, before a create or an update.
func begin(c *cloud.Call, t *cloud.Type, arm string, located bool) error {
	c.Set("name", c.Text(t.Name))
	c.Set("type", arm)
	if located {
		if err := locate(c, arm); err != nil {
			return err
		}
	}
	if err := CheckTags(c); err != nil {
		return err
	}
	outputs := reflect.TypeOf(t.Resource).Elem()
	if has(outputs, "systemData") {
		SetSystemData(c)
	}
	if has(outputs, "provisioningState") {
		c.Set("provisioningState", "Succeeded")
	}
	for _, output := range []string{"etag", "eTag"} { // AKS spells it in another way.
		if has(outputs, output) {
			return setETag(c, output)
		}
	}
	return nil
}

// locate checks and normalizes the location of a resource.
func locate(c *cloud.Call, arm string) error {
	location := NormalLocation(c.Text("location"))
	if location == "" { // The name of its group was unknown in the preview.
		defaults, err := completeLocation(c, nil)
		if err != nil {
			return err
		}
		if location = NormalLocation(cloud.Text(defaults, "location")); location == "" {
			return Refuse("LocationRequired", "The location property is required for this definition.")
		}
	}
	if global(arm) {
		if location != "global" {
			return Refuse("LocationNotAvailableForResourceType", "The provided location '%s' is not available for resource "+
				"type '%s'. List of available regions for the resource type is 'global'.", location, arm)
		}
		c.Set("location", location)
		return nil
	}
	environment := c.Scope.Values["environment"]
	if Locations()[location].Environment != environment {
		if arm == groupType {
			return Refuse("LocationNotAvailableForResourceGroup", "The provided location '%s' is not available for resource "+
				"group. List of available regions is '%s'.", location, strings.Join(LocationNames(environment), ","))
		}
		return Refuse("LocationNotAvailableForResourceType", "The provided location '%s' is not available for resource type "+
			"'%s'. List of available regions for the resource type is '%s'.", location, arm,
			strings.Join(LocationNames(environment), ","))
	}
	if c.Old != nil && !SameLocation(c.Old.Text("location"), location) {
		return Refuse("InvalidResourceLocation", "The resource '%s' already exists in location '%s' in resource group '%s'. "+
			"A resource with the same name cannot be created in location '%s'. Please select a new resource name.",
			c.Text("name"), c.Old.Text("location"), ID(c.Object.ID).Group(), location)
	}
	c.Set("location", location)
	return nil
}

// global reports whether resources of a type are in no region.
func global(arm string) bool { return strings.HasPrefix(arm, "Microsoft.Network/privateDnsZones") }

// Now returns the time as Azure writes it.
func Now() string { return time.Now().UTC().Format("2006-01-02T15:04:05.0000000Z") }

// SetSystemData sets who created a resource, and who changed it last.
func SetSystemData(c *cloud.Call) {
	data := map[string]any{"createdAt": Now(), "createdBy": c.Scope.Values["client"], "createdByType": "Application"}
	if c.Old != nil {
		data = c.Old.Block("systemData")
	}
	data["lastModifiedAt"], data["lastModifiedBy"], data["lastModifiedByType"] = Now(), c.Scope.Values["client"],
		"Application"
	c.Set("systemData", data)
}

// setETag sets a new etag.
func setETag(c *cloud.Call, output string) error {
	value, err := NewGUID(c)
	c.Set(output, `"`+value+`"`)
	return err
}

// groupType is the resource type of resource groups.
const groupType = "Microsoft.Resources/resourceGroups"

// Group completes the type of resource groups.
func Group(t *cloud.Type) *cloud.Type {
	t.Place = func(s cloud.Scope, in map[string]any) string {
		if in == nil {
			return ""
		}
		return s.Place
	}
	create := t.Create
	t.Create = func(c *cloud.Call) error {
		c.Object.ID = GroupID(c.Scope, c.Text(t.Name))
		return call(create, c)
	}
	return complete(t, groupType, t.Name)
}

// Getter returns the function that looks up a resource by the names in its id.
func Getter(t *cloud.Type) cloud.Function {
	return func(c *cloud.Call, args map[string]any) (map[string]any, error) {
		var id string
		if t.Parent == nil {
			id = GroupID(c.Scope, cloud.Text(args, t.Name))
		} else {
			id = t.Parent.Path(t.Parent.ID(c.Scope, args), args, cloud.Text(args, t.Name))
		}
		o, err := c.Lookup(t.Token, id)
		if err != nil {
			return nil, err
		}
		if o == nil {
			if t.Parent == nil {
				return nil, GroupNotFound(cloud.Text(args, t.Name))
			}
			if err := Need(c, id); err != nil {
				return nil, err
			}
			return nil, Refuse("ResourceNotFound", "The resource '%s' was not found.", id)
		}
		return Answer(o), nil
	}
}

// Answer returns the outputs of a resource and its id.
func Answer(o *cloud.Object) map[string]any {
	out := map[string]any{"id": o.ID}
	for name, v := range o.Outputs {
		out[name] = v
	}
	return out
}
