package reference

import (
	"regexp"
	"strings"

	"github.com/agext/levenshtein"
)

// SimilarAction returns the action that was probably meant by an unknown one. With wildcards, only the service is compared.
func SimilarAction(name string) (string, bool) {
	prefix, name, _ := strings.Cut(name, ":")
	service, ok := Find(prefix)
	if !ok {
		// A similar service with the action was meant.
		for _, p := range Prefixes() {
			if misspelt(prefix, p) && Exists(p+":"+name) {
				return p + ":" + name, true
			}
		}
		return "", false
	}
	for _, a := range service.Actions {
		if !strings.ContainsAny(name, "*?") && misspelt(name, a.Name) {
			return a.String(), true
		}
	}
	return "", false
}

// SimilarPrincipal returns the service principal that was probably meant by an unknown one.
func SimilarPrincipal(name string) (string, bool) {
	for _, p := range Principals() {
		if misspelt(strings.TrimSuffix(name, ".amazonaws.com"), strings.TrimSuffix(p, ".amazonaws.com")) {
			return p, true
		}
	}
	return "", false
}

// SimilarKey returns the condition key that was probably meant by an unknown one, among those of a service and the
// global ones.
func SimilarKey(name string) (string, bool) {
	prefix, _, _ := strings.Cut(name, ":")
	known := append(GlobalKeys(), TagKeys()...)
	if s, ok := Find(prefix); ok {
		known = append(known, s.Keys...)
	}
	name, tag, tagged := strings.Cut(name, "/")
	for _, k := range known {
		k, _, variable := strings.Cut(k, "/")
		if tagged == variable && misspelt(name, k) {
			if tagged {
				k += "/" + tag
			}
			return k, true
		}
	}
	return "", false
}

// SimilarManaged returns the AWS managed policy that was probably meant by an unknown one.
func SimilarManaged(name string) (string, bool) {
	for _, line := range strings.Fields(managed)[1:] {
		if known := strings.TrimPrefix(line, "*"); misspelt(base(name), base(known)) {
			return known, true
		}
	}
	return "", false
}

// version matches the end of a name of a new version, such as inspector2 and CreateReplicaV2.
var version = regexp.MustCompile(`(?i)-?v?[0-9]+$`)

// misspelt reports whether a word is a known one with one wrong character, or with two if it is long. A new version of
// a known one is not: it may be newer than the data.
func misspelt(word, known string) bool {
	word, known = strings.ToLower(word), strings.ToLower(known)
	most := 1
	switch n := len(known); {
	case n < 3:
		return false
	case n >= 8:
		most = 2
	}
	if d := len(word) - len(known); d > most || d < -most {
		return false
	}
	if cut := version.ReplaceAllString(word, ""); cut == known || cut == version.ReplaceAllString(known, "") && len(cut) > 3 {
		return false
	}
	return levenshtein.Distance(word, known, nil) <= most
}
