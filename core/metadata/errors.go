package metadata

import (
	"fmt"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// problem returns an error about a key.
func problem(platform string, e entry, format string, args ...any) error {
	path := e.key
	if e.tag {
		path = fmt.Sprintf("tags[%q]", e.key)
	}
	return failure.New(failure.Configuration, "render", platform+" metadata "+path, format, args...)
}
