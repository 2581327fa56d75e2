// Package pin keeps what a component has looked up once, such as the newest image, until somebody asks for another. See
// "Pinned images and versions" in docs/design.
package pin

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Keep returns the first value that newest had under the name: it stays in the state of the stack, and other values do not even show. The
// name holds everything that asks for another value, such as a version: empty parts are left out. check says what is wrong with a value.
func Keep(
	ctx *pulumi.Context, parts []string, newest pulumi.StringInput, check func(string) error, opts ...pulumi.ResourceOption,
) (pulumi.StringOutput, error) {
	var name []string
	for _, p := range parts {
		if p != "" {
			name = append(name, p)
		}
	}
	// A stash keeps its first value; what it is given later has to be ignored, or it would show as an update.
	kept, err := pulumi.NewStash(ctx, strings.Join(name, "-"), &pulumi.StashArgs{Input: newest},
		append(opts, pulumi.IgnoreChanges([]string{"input"}))...)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return kept.Output.ApplyT(func(value any) (string, error) {
		text, ok := value.(string)
		if !ok {
			return "", fmt.Errorf("found %v, expected a text", value)
		}
		return text, check(text)
	}).(pulumi.StringOutput), nil
}
