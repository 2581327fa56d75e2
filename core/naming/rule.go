package naming

// Rule says which names a type of resource accepts. It is plain data; the zero
// value accepts nothing.
//
// Lengths, Prefix and Suffix concern the whole name. Characters, First, Last and
// Without concern what is between Prefix and Suffix.
type Rule struct {
	// Kind is what the name is for, in words, for errors: "S3 bucket". Required.
	Kind string
	// Source is the title of the vendor's page that the rule is from.
	Source string
	// Scope is within what a name must be unique.
	Scope Scope

	// Min and Max are the shortest and the longest length. Max is required.
	Min, Max int
	// Unit is what Min and Max count. Default: bytes, which is all the same for
	// names that can only be ASCII.
	Unit Unit

	// Characters are those that a name may have. Required.
	Characters Set
	// First and Last are those that it may start and end with. Default: all of
	// Characters.
	First, Last Set
	// Unicode says that letters, marks and digits of every script are accepted,
	// too, in all places. [Name.For] never writes any.
	Unicode bool
	// FoldCase says that names which differ only in case are the same name. Then
	// [Name.For] writes lower case.
	FoldCase bool
	// Separator is what [Name.For] writes between parts, one of Characters. Default:
	// nothing, for types that have no character to spare, such as storage accounts.
	Separator string

	// Prefix and Suffix are what every name starts and ends with: "alias/", ".fifo".
	// [Name.For] adds them.
	Prefix, Suffix string
	// Without lists what a name must not be or have, although its characters are
	// accepted.
	Without Reserved
}

// Reserved lists what names of a type must not be or have. The texts are in lower
// case where the rule folds case.
type Reserved struct {
	// Names are whole names.
	Names []string
	// Prefixes and Suffixes are what a name must not start or end with.
	Prefixes, Suffixes []string
	// Within is what must not be anywhere in a name. Two hyphens in a row, or a dot
	// beside a hyphen, are written here as well.
	Within []string
	// Addresses says that a name must not look like an IPv4 address.
	Addresses bool
	// Numbers says that a name must not consist of digits alone.
	Numbers bool
}

// Scope is within what a name must be unique.
type Scope string

// The scopes.
const (
	// Global means among all customers of the cloud. Names in this scope need
	// something that nobody else has, see Unique of [Name].
	Global Scope = "global"
	// Account means within an AWS account, in all its regions.
	Account Scope = "account"
	// Region means within a region of an AWS account.
	Region Scope = "region"
	// Subscription means within an Azure subscription.
	Subscription Scope = "subscription"
	// ResourceGroup means within an Azure resource group.
	ResourceGroup Scope = "resource group"
	// Cluster means within a Kubernetes cluster.
	Cluster Scope = "cluster"
	// Namespace means within a Kubernetes namespace.
	Namespace Scope = "namespace"
	// Parent means within the resource that has it, such as the network of a subnet.
	Parent Scope = "parent"
	// Nowhere means that names need not be unique.
	Nowhere Scope = "nowhere"
)

// Unit is what the length of a name is counted in.
type Unit int

// The units.
const (
	// Bytes of UTF-8.
	Bytes Unit = iota
	// Runes are code points of Unicode.
	Runes
	// UTF16 are code units of UTF-16, of which a rune outside the basic plane has two.
	UTF16
)

// String returns the unit's name in the plural.
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

// length counts a text in the unit.
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

// keeps reports whether a name that is made may have c as it is: never what is
// not ASCII, so that all units and all ways of folding case agree.
func (r *Rule) keeps(c rune) bool {
	return r.Characters.Contains(c) && (!r.FoldCase || c < 'A' || c > 'Z')
}

// affix returns the length of what every name has.
func (r *Rule) affix() int { return len(r.Prefix) + len(r.Suffix) }
