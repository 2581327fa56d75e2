package naming

import (
	"strconv"
	"strings"
)

// Rules holds rules by Pulumi type token: "aws:s3/bucket:Bucket". A type with names of several kinds, or with another
// property that has a rule, also has tokens with a suffix after #: "aws:sqs/queue:Queue#fifo".
type Rules map[string]Rule

// Rule describes the names that a type of resource accepts. It is plain data; the zero value accepts nothing.
//
// Lengths, Prefix and Suffix apply to the whole name. Characters, First, Last and Without apply to the text between
// Prefix and Suffix.
type Rule struct {
	// Kind is the resource in words, for errors: "S3 bucket". Required.
	Kind string
	// Source is the title of the vendor's page with the rule.
	Source string
	// Scope is where the name must be unique.
	Scope Scope

	// Min and Max are the minimum and maximum length. Max is required.
	Min, Max int
	// Unit is the unit of Min and Max. Default: bytes, which equals characters for ASCII names.
	Unit Unit

	// Characters are the allowed characters. Required.
	Characters Set
	// First and Last are the allowed characters at the start and at the end. Default: Characters.
	First, Last Set
	// Unicode allows letters, marks and digits of every script in addition. [Name.For] writes none of them.
	Unicode bool
	// FoldCase says that names which differ only in case are the same name. [Name.For] then writes lower case.
	FoldCase bool
	// Separator is what [Name.For] writes between parts, one of Characters. Default: none, for types without a suitable
	// character, such as storage accounts.
	Separator string

	// Prefix and Suffix are the start and end of every name: "alias/", ".fifo". [Name.For] adds them.
	Prefix, Suffix string
	// Without lists reserved names and texts.
	Without Reserved
}

// Reserved lists what names of a type must not be or contain. The texts are in lower case where the rule folds case.
type Reserved struct {
	// Names are whole names.
	Names []string
	// Prefixes and Suffixes are not allowed at the start or the end.
	Prefixes, Suffixes []string
	// Within are not allowed anywhere, such as two consecutive hyphens.
	Within []string
	// Addresses rejects names that look like an IPv4 address.
	Addresses bool
	// Numbers rejects names of digits only.
	Numbers bool
}

// Scope is where a name must be unique.
type Scope string

// The scopes.
const (
	// Global is the whole cloud. Names in this scope need a value that no other customer has, see Unique of [Name].
	Global Scope = "global"
	// Account is an AWS account with all its regions.
	Account Scope = "account"
	// Region is a region of an AWS account.
	Region Scope = "region"
	// Subscription is an Azure subscription.
	Subscription Scope = "subscription"
	// ResourceGroup is an Azure resource group.
	ResourceGroup Scope = "resource group"
	// Cluster is a Kubernetes cluster.
	Cluster Scope = "cluster"
	// Namespace is a Kubernetes namespace.
	Namespace Scope = "namespace"
	// Parent is the parent resource, such as the network of a subnet.
	Parent Scope = "parent"
	// Nowhere means that names need not be unique.
	Nowhere Scope = "nowhere"
)

// Unit is the unit of the length of a name.
type Unit int

// The units.
const (
	// Bytes are bytes of UTF-8.
	Bytes Unit = iota
	// Runes are Unicode code points.
	Runes
	// UTF16 are UTF-16 code units, two for a rune outside of the basic plane.
	UTF16
)

// String returns the name of the unit in the plural.
func (u Unit) String() string {
	switch u {
	case Runes:
		return "characters"
	case UTF16:
		return "UTF-16 code units"
	default:
		return "bytes"
	}
}

// length returns the length of a text in the unit.
func (u Unit) length(text string) int {
	if u == Bytes {
		return len(text)
	}
	n := 0
	for _, c := range text {
		n++
		if u == UTF16 && c > 0xFFFF {
			n++
		}
	}
	return n
}

// Set is a set of ASCII characters in the notation of a bracket expression, with ranges: "a-z0-9-". A hyphen at the end
// is a hyphen. Nothing is escaped.
type Set string

// The sets of several types.
const (
	lower        Set = "a-z"
	alphabet     Set = "a-zA-Z"
	lowerDigits  Set = "a-z0-9"
	alphanumeric Set = "a-zA-Z0-9"
)

// Contains reports whether the character is in the set. Characters outside of ASCII never are.
func (s Set) Contains(c rune) bool {
	if c > 0x7F {
		return false
	}
	for i := 0; i < len(s); {
		if i+2 < len(s) && s[i+1] == '-' {
			if rune(s[i]) <= c && c <= rune(s[i+2]) {
				return true
			}
			i += 3
			continue
		}
		if rune(s[i]) == c {
			return true
		}
		i++
	}
	return false
}

// String returns the set in words: `lower case letters, digits and "-"`.
func (s Set) String() string {
	var words []string
	lower, upper := s.whole('a', 'z'), s.whole('A', 'Z')
	switch {
	case lower && upper:
		words = append(words, "letters")
	case lower:
		words = append(words, "lower case letters")
	case upper:
		words = append(words, "upper case letters")
	}
	digits := s.whole('0', '9')
	if digits {
		words = append(words, "digits")
	}
	var others string
	for c := ' '; c <= '~'; c++ {
		named := lower && 'a' <= c && c <= 'z' || upper && 'A' <= c && c <= 'Z' || digits && '0' <= c && c <= '9'
		if s.Contains(c) && !named {
			others += string(c)
		}
	}
	if len(others) <= 4 {
		for _, c := range others {
			words = append(words, strconv.Quote(string(c)))
		}
		return list(words)
	}
	if rest, ok := strings.CutPrefix(others, " "); ok {
		words, others = append(words, "spaces"), rest
	}
	return list(append(words, "any of "+others))
}

// whole reports whether the set contains a whole range.
func (s Set) whole(from, to rune) bool {
	for c := from; c <= to; c++ {
		if !s.Contains(c) {
			return false
		}
	}
	return true
}

// list joins words with commas and a final "and".
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
