package kernel

import (
	"maps"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// CheckTags refuses tags that Azure does not accept. Source: "Use tags to organize your Azure resources", limitations.
// The code of errors for the number of tags, and of those for their lengths, is this simulation's own: public pages do
// not name it.
func CheckTags(c *cloud.Call) error {
	tags, _ := c.Object.Outputs["tags"].(map[string]any)
	if len(tags) > 50 {
		return Refuse("InvalidTags", "The number of tags is %d. A resource can have a maximum of 50 tags.", len(tags))
	}
	longest := 512
	if c.Object.Type == StorageToken {
		longest = 128
	}
	folded := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		value, _ := tags[key].(string)
		lower := strings.ToLower(key)
		switch {
		case key == "" || len([]rune(key)) > longest:
			return Refuse("InvalidTagNameLength", "The tag name '%s' has an invalid length. It has 1 to %d characters.", key,
				longest)
		case strings.ContainsAny(key, `<>%&\?/`):
			return Refuse("InvalidTagNameCharacters", `The tag names '%s' have reserved characters '<,>,%%,&,\,?,/' or control `+
				"characters.", key)
		case len([]rune(value)) > 256:
			return Refuse("InvalidTagValueLength", "The value of the tag '%s' has more than 256 characters.", key)
		case folded[lower] != "":
			return Refuse("InvalidTags", "The tag names '%s' and '%s' differ in case only.", folded[lower], key)
		}
		folded[lower] = key
	}
	return nil
}
