package lookup

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
)

// IsID reports whether id is an account ID: 12 digits.
func IsID(id string) bool { return len(id) == 12 && strings.Trim(id, "0123456789") == "" }

// CheckIDs reports entries of a list that are not account IDs. YAML reads IDs without quotes as numbers.
func CheckIDs(report *config.Report, path []string, ids []string) {
	for i, id := range ids {
		if !IsID(id) {
			at := slices.Concat(path, []string{strconv.Itoa(i)})
			report.Add(at, "found %q: use an account ID of 12 digits in quotes", id)
		}
	}
}
