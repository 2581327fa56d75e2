package lookup

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Pin pins the result of a lookup, such as the newest image, until another one is requested. See "Pinned images and
// versions" in docs/design. It returns the first value of newest under a name: it is stored in the state of the stack,
// and later values do not show in diffs. The name consists of parts, which include everything that requests another
// value, such as a version; empty parts are omitted. check returns the problem with a value.
func Pin(
	ctx *pulumi.Context, parts []string, newest pulumi.StringInput, check func(string) error,
	opts ...pulumi.ResourceOption,
) (pulumi.StringOutput, error) {
	var name []string
	for _, p := range parts {
		if p != "" {
			name = append(name, p)
		}
	}
	// A stash retains its first value. Later ones would show as an update.
	pinned, err := pulumi.NewStash(ctx, strings.Join(name, "-"), &pulumi.StashArgs{Input: newest},
		append(opts, pulumi.IgnoreChanges([]string{"input"}))...)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return pinned.Output.ApplyT(func(value any) (string, error) {
		text, ok := value.(string)
		if !ok {
			return "", fmt.Errorf("found %v, expected a string", value)
		}
		return text, check(text)
	}).(pulumi.StringOutput), nil
}
