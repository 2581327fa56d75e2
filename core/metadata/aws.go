package metadata

import (
	"strings"
	"unicode"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// The limits of AWS. Source: "Tag naming limits and requirements", AWS Resource
// Groups and Tag Editor.
const (
	awsMaxTags  = 50
	awsMaxKey   = 128
	awsMaxValue = 256
)

func awsTags(m Metadata) (map[string]string, error) {
	out := map[string]string{}
	var failed []error
	for _, e := range m.entries() {
		if err := checkKey(aws, e, awsMaxKey, awsCharacter, "aws:"); err != nil {
			failed = append(failed, err)
			continue
		}
		out[e.key] = fit(e.value, awsMaxValue, awsCharacter, false)
	}
	failed = append(failed, checkNames(m, aws), checkCount(AWS(), len(out)))
	return out, failure.Join(failed...)
}

func awsCharacter(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Zs, r) || strings.ContainsRune("_.:/=+-@", r)
}
