// Package account knows what ids of accounts look like.
package lookup

import (
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
)

// IsID reports whether a text is the id of an account: 12 digits.
func IsID(id string) bool { return len(id) == 12 && strings.Trim(id, "0123456789") == "" }

// CheckIDs reports those of a list that are no ids. YAML takes ids without quotes for numbers.
func CheckIDs(report *config.Report, path []string, ids []string) {
	for i, id := range ids {
		if !IsID(id) {
			report.Add(append(path[:len(path):len(path)], strconv.Itoa(i)), "expected an account id of 12 digits in quotes, found %q", id)
		}
	}
}
