package naming

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Rules holds rules by Pulumi type token: "aws:s3/bucket:Bucket". Where a type has
// names of several sorts, or a property of its own with a rule, the token is
// followed by # and a word: "aws:sqs/queue:Queue#fifo".
type Rules map[string]Rule

// Rule returns the rule of a type. The error for an unknown one is of the class
// failure.Configuration and lists those that there are.
func (r Rules) Rule(token string) (Rule, error) {
	rule, ok := r[token]
	if !ok {
		return Rule{}, failure.Wrap(failure.Configuration, "find", fmt.Sprintf("naming rule of %q", token),
			fmt.Errorf("there is none: use one of %s", strings.Join(slices.Sorted(maps.Keys(r)), ", ")))
	}
	return rule, nil
}
