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

// informational matches the lines that say what a component does, not what went wrong: klog's I lines, and the JSON lines of
// etcd and kwok.
func informational() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(I\d{4} .*|.*"level":"(info|debug)".*|\s*)$`)
}

// explain returns the end of a component's log as a part of an error: the last lines that are not informational, or, if
// there are none, the last lines.
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
		return "its log is empty"
	}
	return fmt.Sprintf("the end of its log says:\n  %s", strings.Join(telling, "\n  "))
}

// portTaken says whether a component's log ends with a port that another program took first.
func portTaken(l layout, component string) bool {
	return strings.Contains(process.LogTail(l.log(component), readLines), "address already in use")
}
