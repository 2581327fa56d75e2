package metadata

import (
	"fmt"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// wrong is a problem with a part of [Metadata].
type wrong struct {
	// path is where the part stands in the section ashlar:project.
	path    []string
	message string
}

func (w *wrong) Error() string { return w.message }

// problem returns an error about an entry.
func problem(platform string, e entry, format string, args ...any) error {
	w := &wrong{path: []string{e.key}, message: fmt.Sprintf(format, args...)}
	where := e.key
	if e.tag {
		w.path, where = []string{"tags", e.key}, fmt.Sprintf("tags[%q]", e.key)
	}
	return failure.Wrap(failure.Configuration, "render", platform+" metadata "+where, w)
}
