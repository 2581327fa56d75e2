package controlplane

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ashlar-iac/ashlar/integration/process"
)

const (
	shownLines = 20
	readLines  = 400
)

// informational matches log lines that are not warnings or errors: lines of klog, and JSON lines of etcd and kwok.
func informational() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(I\d{4} .*|.*"level":"(info|debug)".*|\s*)$`)
}

// explain returns the end of a component's log for an error: the last lines that are not informational or, if there are
// none, the last lines.
func explain(l layout, component string) string {
	noise := informational()
	lines := strings.Split(process.LogTail(l.log(component), readLines), "\n")
	var telling []string
	for _, line := range lines {
		if !noise.MatchString(line) {
			telling = append(telling, line)
		}
	}
	if len(telling) == 0 {
		telling = lines
	}
	telling = telling[max(0, len(telling)-shownLines):]
	if len(telling) == 1 && telling[0] == "" {
		return "the log is empty"
	}
	return fmt.Sprintf("end of the log:\n  %s", strings.Join(telling, "\n  "))
}

// portTaken reports whether a component failed because its port is in use.
func portTaken(l layout, component string) bool {
	return strings.Contains(process.LogTail(l.log(component), readLines), "address already in use")
}
