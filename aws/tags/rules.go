// Package tags has the rules of AWS for the tags of each type of resource.
package tags

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Rules are the rules for the tags of a type.
type Rules struct {
	// Max is the maximum number of tags.
	Max int
	// MaxKey and MaxValue are the maximum lengths in characters.
	MaxKey, MaxValue int
	// IgnoreCase is whether keys that differ only by case are the same key. The service refuses a request with both.
	IgnoreCase bool
	// Source is the documentation of the rules.
	Source string
}

// Of returns the rules for a type of resource, such as aws:iam/role:Role.
func Of(token string) Rules {
	out := Rules{Max: 50, MaxKey: 128, MaxValue: 256, Source: "Tag naming limits and requirements, AWS Tagging documentation"}
	switch token {
	case "aws:iam/role:Role", "aws:iam/user:User", "aws:iam/serviceLinkedRole:ServiceLinkedRole":
		// Other types of IAM, such as policies and instance profiles, are case-sensitive.
		out.IgnoreCase = true
		out.Source = "Rules for tagging in IAM and AWS STS, AWS Identity and Access Management User Guide"
	case "aws:s3/bucketObject:BucketObject", "aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/objectCopy:ObjectCopy":
		out.Max = 10
		out.Source = "Categorizing your objects using tags, Amazon S3 User Guide"
	}
	return out
}

// IsReserved reports whether a key has the prefix that only AWS uses, in any case.
func IsReserved(key string) bool { return strings.HasPrefix(strings.ToLower(key), "aws:") }

// Has reports whether all types support the characters of a key or value: letters, digits, spaces and _ . : / = + - @.
func Has(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Zs, r) && !strings.ContainsRune("_.:/=+-@", r)
	})
}

// Same returns the keys that are the same key as one before them, in alphabetical order, with that key.
func Same[V any](tags map[string]V) map[string]string {
	out, first := map[string]string{}, map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		folded := strings.ToLower(key)
		if other, ok := first[folded]; ok {
			out[key] = other
			continue
		}
		first[folded] = key
	}
	return out
}
