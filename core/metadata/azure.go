package metadata

import (
	"strings"
	"unicode"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// The limits of Azure. Source: "Use tags to organize your Azure resources and
// management hierarchy", Azure Resource Manager: limitations.
const (
	azureMaxTags       = 50
	azureMaxKey        = 512
	azureMaxStorageKey = 128
	azureMaxValue      = 256
)

func azureTags(m Metadata, maxKey int) (map[string]string, error) {
	out := map[string]string{}
	taken := map[string]string{}
	var failed []error
	for _, e := range m.entries() {
		if err := checkKey(azure, e, maxKey, azureCharacter, "azure", "microsoft", "windows"); err != nil {
			failed = append(failed, err)
			continue
		}
		folded := strings.ToLower(e.key)
		if other, ok := taken[folded]; ok {
			failed = append(failed, problem(azure, e, "%q and %q are the same key on Azure: keep one of them", other, e.key))
			continue
		}
		taken[folded] = e.key
		out[e.key] = fit(e.value, azureMaxValue, printable, false)
	}
	failed = append(failed, checkNames(m, azure), checkCount(Azure(), len(out)))
	return out, failure.Join(failed...)
}

func azureCharacter(r rune) bool { return printable(r) && !strings.ContainsRune(`<>%&\?/`, r) }

func printable(r rune) bool { return unicode.IsPrint(r) }
