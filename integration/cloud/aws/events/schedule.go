package events

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var rate = regexp.MustCompile(`^rate\((\d+) (minutes?|hours?|days?)\)$`)

// ValidSchedule reports whether a schedule is a rate or a cron expression. Source: "Setting a schedule pattern for
// scheduled rules (legacy)", Amazon EventBridge User Guide.
func ValidSchedule(text string) bool {
	if parts := rate.FindStringSubmatch(text); parts != nil {
		n, err := strconv.Atoi(parts[1])
		// The unit is singular for one only.
		return err == nil && n > 0 && (n == 1) != strings.HasSuffix(parts[2], "s")
	}
	inner, ok := strings.CutPrefix(text, "cron(")
	inner, end := strings.CutSuffix(inner, ")")
	fields := strings.Split(inner, " ")
	if !ok || !end || len(fields) != len(cronFields()) {
		return false
	}
	for i, f := range cronFields() {
		if !f.valid(fields[i]) {
			return false
		}
	}
	// A schedule has days of the month or of the week; the other field is a question mark.
	return (fields[2] == "?") != (fields[4] == "?")
}

// cronField is a field of a cron expression: numbers in a range or names, and the wildcards , - * and /.
type cronField struct {
	lowest, highest int
	names           []string
	// special matches the values with other wildcards.
	special *regexp.Regexp
}

var (
	dayOfMonth = regexp.MustCompile(`^(\?|L|LW|L-([1-9]|[12]\d|30)|([1-9]|[12]\d|3[01])W)$`)
	dayOfWeek  = regexp.MustCompile(`^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5])$`)
)

// cronFields are minutes, hours, days of the month, months, days of the week and years.
func cronFields() []cronField {
	return []cronField{
		{lowest: 0, highest: 59}, {lowest: 0, highest: 23}, {lowest: 1, highest: 31, special: dayOfMonth},
		{lowest: 1, highest: 12, names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT",
			"NOV", "DEC"}},
		{lowest: 1, highest: 7, names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}, special: dayOfWeek},
		{lowest: 1970, highest: 2199},
	}
}

func (f cronField) valid(text string) bool {
	if text == "*" || f.special != nil && f.special.MatchString(text) {
		return true
	}
	for part := range strings.SplitSeq(text, ",") {
		span, step, stepped := strings.Cut(part, "/")
		if n, err := strconv.Atoi(step); stepped && (err != nil || n < 1) {
			return false
		}
		first, last, ranged := strings.Cut(span, "-")
		if stepped && span == "*" {
			continue
		}
		from, ok := f.value(first)
		if to, known := f.value(last); !ok || ranged && (!known || to < from) {
			return false
		}
	}
	return true
}

// value returns a number or the number of a name.
func (f cronField) value(text string) (int, bool) {
	if i := slices.Index(f.names, text); i >= 0 {
		return f.lowest + i, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= f.lowest && n <= f.highest
}
