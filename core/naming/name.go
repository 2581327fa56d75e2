package naming

import (
	"strings"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// The characters that Pulumi's auto-naming appends to the logical name of a
// resource, for Reserve of [Name]. They hold unless a stack configures
// pulumi:autonaming.
const (
	// ReserveBridged is for providers that are bridged from Terraform, such as aws:
	// a hyphen, which few types lack, and seven hexadecimal digits. A name that gets
	// too long is refused by the provider.
	ReserveBridged = 8
	// ReserveAzureNative is for azure-native: eight hexadecimal digits without a
	// hyphen. The length is not checked before Azure does.
	ReserveAzureNative = 8
	// ReserveKubernetes is for kubernetes: a hyphen and eight hexadecimal digits. The
	// length is not checked before the API server does.
	ReserveKubernetes = 9
)

// Name is what a name is made from. It may be used for several rules: a hash
// depends on Parts, Flat and Unique alone, so that resources of different types
// which belong together have the same one.
type Name struct {
	// Parts are what the name says, from the general to the particular:
	// organization, project, environment, component. Required, at least one, none of
	// them empty. Where they end counts: ("a", "b-c"), ("a-b", "c") and ("a", "b", "c")
	// are different lists and get different names.
	Parts []string
	// Flat says that where parts end does not count: they are taken apart at
	// hyphens, and those three lists are the same one. For callers who know by other
	// means that no two of their lists become one, and for a single name with hyphens.
	Flat bool
	// Unique is what tells the name from those of others: account, subscription,
	// stack. It is in the hash, not in the text, and the name always has a hash then.
	// For types whose names are unique in a scope wider than that of Parts, above all
	// [Global]. None of them may be empty. Default: nothing.
	Unique []string
	// Reserve is the number of characters that somebody appends, such as
	// auto-naming, see [ReserveBridged]. The name is that much shorter than the rule
	// accepts. Default: 0.
	Reserve int
	// Hash is the length of the hash, from [MinHash] to [MaxHash]. Default:
	// [DefaultHash], or as many as there is room for, at least [MinHash].
	Hash int
}

// For returns the name for a type of resource. It is always the same for the same
// Name and Rule, and the rule accepts it.
//
// Parts are joined with the rule's separator. A name that says exactly what the
// parts say stays as it is. Any other one ends with a hash of the parts: where
// characters were replaced or their case was, where parts have the separator in
// them or there is none, where the name is too long or otherwise not accepted, and
// where it could be taken for one with a hash. Too long a text is cut at its
// end.
//
// Errors are [*NameError]: parts that are missing or empty, numbers out of range,
// and rules that leave no room for a hash.
func (n Name) For(r Rule) (string, error) {
	no := &refusal{kind: r.Kind, name: strings.Join(n.Parts, " ")}
	n.check(no)
	if err := no.err(); err != nil {
		return "", err
	}
	parts := n.Parts
	if n.Flat {
		parts = strings.Split(strings.Join(parts, "-"), "-")
	}
	r.Max -= n.Reserve
	if len(n.Unique) == 0 && r.says(parts) {
		if name := r.Prefix + strings.Join(parts, r.Separator) + r.Suffix; r.Check(name) == nil {
			return name, nil
		}
	}
	room, size := r.Max-r.affix(), n.Hash
	if size == 0 {
		size = max(MinHash, min(DefaultHash, room))
	}
	if size > room {
		no.add("there is room for %d characters, and a hash of %d is needed: reserve less, or choose parts that fit",
			max(0, room), size)
		return "", no.err()
	}
	return r.hashed(parts, hash(MaxHash, parts, n.Unique), size, no)
}

func (n Name) check(no *refusal) {
	if len(n.Parts) == 0 {
		no.add("it has no parts: give at least one")
	}
	for i, part := range n.Parts {
		if part == "" {
			no.add("part %d of %d is empty: leave it out or give it a value", i+1, len(n.Parts))
		}
	}
	for i, text := range n.Unique {
		if text == "" {
			no.add("part %d of %d of what makes it unique is empty: leave it out or give it a value", i+1, len(n.Unique))
		}
	}
	if n.Reserve < 0 {
		no.add("%d characters cannot be reserved: reserve 0 or more", n.Reserve)
	}
	if n.Hash != 0 && (n.Hash < MinHash || n.Hash > MaxHash) {
		no.add("a hash cannot have %d characters: ask for %d to %d, or 0 for the default", n.Hash, MinHash, MaxHash)
	}
}

// hashed returns the first text that is accepted with the hash behind it: one with
// all that can be kept, one of letters and digits, the same one behind a letter,
// none at all.
func (r *Rule) hashed(parts []string, hash string, size int, no *refusal) (string, error) {
	room := r.Max - r.affix() - len(r.Separator) - size
	for _, form := range []func([]string) string{r.kept, r.plain, r.led} {
		text := strings.TrimRight(cut(form(parts), room), r.Separator)
		if text == "" {
			continue
		}
		if name := r.Prefix + text + r.Separator + hash[:size] + r.Suffix; r.Check(name) == nil {
			return name, nil
		}
	}
	name := r.Prefix + hash[:max(size, min(MaxHash, r.Min-r.affix()))] + r.Suffix
	if err := r.Check(name); err != nil {
		no.add("no name can be made, because the rule refuses even a hash: correct the rule")
		return "", failure.Join(no.err(), err)
	}
	return name, nil
}
