package kernel

import (
	"regexp"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// The subscription and tenant of a provider that is configured without any, and the service principal that it
// authenticates as.
const (
	Subscription = "10000000-0000-4000-8000-000000000001"
	Tenant       = "10000000-0000-4000-8000-000000000002"
	ClientID     = "10000000-0000-4000-8000-000000000003"
	ObjectID     = "10000000-0000-4000-8000-000000000004"
)

var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)

// IsGUID reports whether a text has the form of a GUID.
func IsGUID(text string) bool { return guid.MatchString(text) }

// NewGUID returns a version 4 GUID. A new store returns the same ones in the same order.
func NewGUID(c *cloud.Call) (string, error) {
	digits, err := c.Hex(32)
	if err != nil {
		return "", err
	}
	return digits[:8] + "-" + digits[8:12] + "-4" + digits[13:16] + "-8" + digits[17:20] + "-" + digits[20:], nil
}

// SetNewGUIDs sets outputs without a value to GUIDs.
func SetNewGUIDs(c *cloud.Call, outputs ...string) error {
	for _, output := range outputs {
		if c.Text(output) != "" {
			continue
		}
		value, err := NewGUID(c)
		if err != nil {
			return err
		}
		c.Set(output, value)
	}
	return nil
}

// ID is a resource id, whose case does not matter.
type ID string

// IsID reports whether a text is a resource id.
func IsID(text string) bool { return strings.HasPrefix(strings.ToLower(text), "/subscriptions/") }

// SubscriptionID returns the id of a subscription.
func SubscriptionID(subscription string) string { return "/subscriptions/" + subscription }

// GroupID returns the id of a resource group in the provider's subscription.
func GroupID(s cloud.Scope, group string) string {
	return SubscriptionID(s.Values["subscription"]) + "/resourceGroups/" + group
}

// Below returns the id of a resource in a resource group of the provider's subscription, such as a child at
// "Microsoft.Storage/storageAccounts/NAME".
func Below(s cloud.Scope, group string, path ...string) string {
	return GroupID(s, group) + "/providers/" + strings.Join(path, "/")
}

func (id ID) segments() []string { return strings.Split(strings.Trim(string(id), "/"), "/") }

// after returns the segment after the last one with a name, or "".
func (id ID) after(name string) string {
	segments, found := id.segments(), ""
	for i, s := range segments[:len(segments)-1] {
		if strings.EqualFold(s, name) {
			found = segments[i+1]
		}
	}
	return found
}

// Name returns the last segment.
func (id ID) Name() string {
	segments := id.segments()
	return segments[len(segments)-1]
}

// Subscription returns the subscription of a resource, or "".
func (id ID) Subscription() string { return id.after("subscriptions") }

// Group returns the name of the resource group of a resource, or "".
func (id ID) Group() string { return id.after("resourceGroups") }

// Type returns the resource type, such as "Microsoft.Storage/storageAccounts/blobServices", or "" for a subscription or
// a resource group.
func (id ID) Type() string {
	segments := id.segments()
	for i := len(segments) - 2; i >= 0; i-- {
		if !strings.EqualFold(segments[i], "providers") {
			continue
		}
		out := []string{segments[i+1]}
		for j := i + 2; j < len(segments); j += 2 {
			out = append(out, segments[j])
		}
		return strings.Join(out, "/")
	}
	return ""
}

// top returns the id of the resource of a group that an id is at or below, or of the group, and "" if it is in no group.
func (id ID) top() string {
	segments := id.segments()
	if len(segments) < 4 || !strings.EqualFold(segments[2], "resourceGroups") {
		return ""
	}
	return "/" + strings.Join(segments[:min(8, len(segments))], "/")
}

// Same reports whether two ids are the same.
func (id ID) Same(other string) bool {
	return strings.EqualFold(strings.TrimRight(string(id), "/"), strings.TrimRight(other, "/"))
}

// In reports whether a resource is a scope or within one.
func (id ID) In(scope string) bool {
	scope = strings.TrimRight(strings.ToLower(scope), "/")
	return id.Same(scope) || strings.HasPrefix(strings.ToLower(string(id)), scope+"/")
}

// SameID reports whether two texts are the same id. It is a function of [cloud.Type.Same].
func SameID(before, after string) bool { return ID(before).Same(after) }

// Find returns the object with an id, whatever its type, or nil.
func Find(c *cloud.Call, id string) (*cloud.Object, error) {
	all, err := c.List("")
	for _, o := range all {
		if ID(o.ID).Same(id) {
			return o, err
		}
	}
	return nil, err
}

// Need refuses if the resource that an id is at or below does not exist, in the words of Azure Resource Manager. A
// subscription always exists.
func Need(c *cloud.Call, id string) error {
	top := ID(id).top()
	if top == "" {
		return nil
	}
	group := SubscriptionID(ID(id).Subscription()) + "/resourceGroups/" + ID(id).Group()
	o, err := c.Lookup(GroupToken, group)
	if err != nil {
		return err
	}
	if o == nil {
		return GroupNotFound(ID(id).Group())
	}
	if ID(top).Same(group) {
		return nil
	}
	if o, err = Find(c, top); err == nil && o == nil {
		err = Refuse("ResourceNotFound", "The Resource '%s/%s' under resource group '%s' was not found. For more details "+
			"please go to https://aka.ms/ARMResourceNotFoundFix", ID(top).Type(), ID(top).Name(), ID(id).Group())
	}
	return err
}
