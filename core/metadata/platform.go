package metadata

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// Platform renders metadata within the limits of a platform.
type Platform struct {
	name string
	// limit is the maximum number of tags, 0 for no limit.
	limit int
	// maxKey is the maximum length of keys, where it differs among types of resources.
	maxKey int
	// fold says that keys ignore case.
	fold bool
	// annotations says that annotations are rendered, not labels.
	annotations bool
}

// AWS renders tags of AWS resources: at most 50, with keys of up to 128 and values of up to 256 characters, which are
// letters, digits, spaces and _ . : / = + - @. Keys with the prefix "aws:", in any case, are reserved.
func AWS() Platform { return Platform{name: aws, limit: awsMaxTags, maxKey: awsMaxKey} }

// IgnoringCase returns the platform for types whose keys ignore case, such as IAM roles: an existing tag replaces one of
// the metadata with the same letters.
func (p Platform) IgnoringCase() Platform {
	p.fold = true
	return p
}

// AtMost returns the platform for types with a lower maximum number of tags, such as objects in S3.
func (p Platform) AtMost(tags int) Platform {
	p.limit = tags
	return p
}

// Azure renders tags of Azure resources: at most 50, with keys of up to 512 characters without < > % & \ ? /, which
// ignore case, and values of up to 256 characters. Keys with the prefixes "azure", "microsoft" and "windows", in any
// case, are reserved.
func Azure() Platform {
	return Platform{name: azure, limit: azureMaxTags, maxKey: azureMaxKey, fold: true}
}

// AzureStorage is [Azure] for storage accounts, whose keys have up to 128 characters.
func AzureStorage() Platform {
	p := Azure()
	p.maxKey = azureMaxStorageKey
	return p
}

// KubernetesLabels renders labels: names of up to 63 characters after the prefix, and values of up to 63 letters,
// digits and
// - _ . that start and end with a letter or digit.
func KubernetesLabels() Platform { return Platform{name: kubernetes} }

// KubernetesAnnotations renders all other fields, and the whole values of labels that were changed, as annotations:
// at most 256 KiB.
func KubernetesAnnotations() Platform { return Platform{name: kubernetes, annotations: true} }

// The names of platforms in messages.
const (
	aws        = "AWS"
	azure      = "Azure"
	kubernetes = "Kubernetes"
)

// Render returns the tags, labels or annotations. Errors are of the class failure.Configuration and contain
// everything that is wrong.
func (p Platform) Render(m Metadata) (map[string]string, error) {
	switch p.name {
	case aws:
		return awsTags(m, p.fold)
	case azure:
		return azureTags(m, p.maxKey)
	}
	labels, annotations, err := object(m)
	if p.annotations {
		return annotations, err
	}
	return labels, err
}

// The limits of AWS. Source: "Tag naming limits and requirements", AWS Resource Groups and Tag Editor.
const (
	awsMaxTags  = 50
	awsMaxKey   = 128
	awsMaxValue = 256
)

func awsTags(m Metadata, fold bool) (map[string]string, error) {
	out, taken := map[string]string{}, map[string]string{}
	var failed []error
	for _, e := range m.entries() {
		if err := checkKey(aws, e, awsMaxKey, awsCharacter, "aws:"); err != nil {
			failed = append(failed, err)
			continue
		}
		if fold {
			if err := checkSame(aws, e, taken); err != nil {
				failed = append(failed, err)
				continue
			}
		}
		out[e.key] = fit(e.value, awsMaxValue, awsCharacter, false)
	}
	failed = append(failed, checkNames(m, aws), checkCount(AWS(), len(out)))
	return out, failure.Join(failed...)
}

func awsCharacter(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Zs, r) || strings.ContainsRune("_.:/=+-@", r)
}

// The limits of Azure. Source: "Use tags to organize your Azure resources and management hierarchy", Azure Resource
// Manager: limitations.
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
		if err := checkSame(azure, e, taken); err != nil {
			failed = append(failed, err)
			continue
		}
		out[e.key] = fit(e.value, azureMaxValue, printable, false)
	}
	failed = append(failed, checkNames(m, azure), checkCount(Azure(), len(out)))
	return out, failure.Join(failed...)
}

func azureCharacter(r rune) bool { return printable(r) && !strings.ContainsRune(`<>%&\?/`, r) }

func printable(r rune) bool { return unicode.IsPrint(r) }

// checkSame returns an error for a key that differs from one that is taken only by case, and takes it otherwise.
func checkSame(platform string, e entry, taken map[string]string) error {
	folded := strings.ToLower(e.key)
	if other, ok := taken[folded]; ok {
		if platform == aws {
			platform = "AWS IAM roles"
		}
		return problem(platform, e, "%q and %q are the same key on %s: keep one of them", other, e.key, platform)
	}
	taken[folded] = e.key
	return nil
}

// checkKey returns what is wrong with a key.
func checkKey(platform string, e entry, limit int, allowed func(rune) bool, reserved ...string) error {
	n := utf8.RuneCountInString(e.key)
	switch {
	case n == 0:
		return problem(platform, e, "empty key: set a name")
	case n > limit:
		return problem(platform, e, "the key has %d characters: at most %d allowed", n, limit)
	}
	for _, r := range e.key {
		if !allowed(r) || r == utf8.RuneError {
			return problem(platform, e, "invalid character %q in the key: remove it", r)
		}
	}
	for _, prefix := range reserved {
		if len(e.key) >= len(prefix) && strings.EqualFold(e.key[:len(prefix)], prefix) {
			return problem(platform, e, "keys that begin with %q are reserved by %s: use another key", prefix, platform)
		}
	}
	return nil
}

// checkNames rejects tags with the key of a field, in any case.
func checkNames(m Metadata, platform string) error {
	if len(m.Tags) == 0 {
		return nil
	}
	var failed []error
	fields := m.named()
	for _, e := range m.entries() {
		if !e.tag {
			continue
		}
		for _, field := range fields {
			if strings.EqualFold(field.key, e.key) {
				failed = append(failed, problem(platform, e, "the key is reserved for a setting: omit the tag"))
			}
		}
	}
	return failure.Join(failed...)
}

// checkCount returns an error for too many tags.
func checkCount(p Platform, n int) error {
	if p.limit == 0 || n <= p.limit {
		return nil
	}
	return failure.New(failure.Configuration, "render", p.name+" metadata",
		"%d tags: at most %d allowed", n, p.limit)
}

// wrong is a problem of a part of [Metadata].
type wrong struct {
	// path is the path of the part in the section ashlar:project.
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

// entry is a key and value to render.
type entry struct {
	key, value string
	// tag is true for an entry of Tags.
	tag bool
	// text is true for values that are not used for selection.
	text bool
}

// named returns the entries of all fields, also of those that are empty.
func (m *Metadata) named() []entry {
	return []entry{
		{key: "project", value: m.Project},
		{key: "environment", value: m.Environment},
		{key: "organization", value: m.Organization, text: true},
		{key: "owner", value: m.Owner},
		{key: "cost-center", value: m.CostCenter},
		{key: "data-classification", value: m.DataClassification},
		{key: "compliance-frameworks", value: strings.Join(union(m.Frameworks, nil), " "), text: true},
		{key: "compliance-controls", value: strings.Join(union(m.Controls, nil), ", "), text: true},
		{key: "repository", value: m.Repository, text: true},
		{key: "commit", value: m.Commit, text: true},
	}
}

// entries returns the entries to render in a fixed order.
func (m *Metadata) entries() []entry {
	out := slices.DeleteFunc(m.named(), func(e entry) bool { return e.value == "" })
	for _, key := range slices.Sorted(maps.Keys(m.Tags)) {
		out = append(out, entry{key: key, value: m.Tags[key], tag: true})
	}
	return out
}

// hashed matches values that end like changed ones.
var hashed = regexp.MustCompile(`-[0-9a-f]{10}$`)

// fit returns a value of at most limit characters that keep accepts. A changed value ends with its hash; so does a
// value that only looks changed, or two values could become the same. If alphanumericEnds is set, the value starts
// and ends with a letter or digit.
func fit(value string, limit int, keep func(rune) bool, alphanumericEnds bool) string {
	const tail = 11
	ok := utf8.RuneCountInString(value) <= limit && !strings.ContainsFunc(value, func(r rune) bool { return !keep(r) }) &&
		!strings.ContainsRune(value, '\uFFFD') && !hashed.MatchString(value)
	trimmed := value
	if alphanumericEnds {
		trimmed = strings.TrimFunc(value, func(r rune) bool { return !alphanumeric(r) })
		ok = ok && trimmed == value
	}
	if ok {
		return value
	}
	runes := []rune(trimmed)
	for i, r := range runes {
		if !keep(r) || r == '\uFFFD' {
			runes[i] = '-'
		}
	}
	sum := sha256.Sum256([]byte(value))
	head := string(runes[:min(len(runes), limit-tail)])
	if alphanumericEnds {
		head = strings.TrimFunc(head, func(r rune) bool { return !alphanumeric(r) })
	}
	if head == "" {
		head = "x"
	}
	return head + "-" + hex.EncodeToString(sum[:5])
}

func alphanumeric(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}
