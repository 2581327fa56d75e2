package naming

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strings"

	"github.com/ashlar-iac/ashlar/core/failure"
)

// The number of characters that Pulumi's auto-naming appends to the logical name of a resource, for Reserve of [Name].
// They apply unless a stack configures pulumi:autonaming.
const (
	// ReserveBridged is for providers that are bridged from Terraform, such as aws: a hyphen and seven hexadecimal digits.
	// The provider rejects a name that becomes too long.
	ReserveBridged = 8
	// ReserveAzureNative is for azure-native: eight hexadecimal digits without a hyphen. Only Azure checks the length.
	ReserveAzureNative = 8
	// ReserveKubernetes is for kubernetes: a hyphen and eight hexadecimal digits. Only the API server checks the length.
	ReserveKubernetes = 9
)

// The lengths of the hash at the end of a name.
const (
	// MinHash is the minimum: 29 bits.
	MinHash = 6
	// DefaultHash is the length when there is room for it: 39 bits.
	DefaultHash = 8
	// MaxHash is the maximum: 98 bits.
	MaxHash = 20
)

// Name describes a name. It can be used with several rules: the hash depends only on Parts, Flat and Unique, so that
// resources of different types which belong together have the same hash.
type Name struct {
	// Parts are the components of the name, from general to specific: organization, project, environment, component.
	// Required; none of them may be empty. Their boundaries count: ("a", "b-c"), ("a-b", "c") and ("a", "b", "c") get
	// different names.
	Parts []string
	// Flat says that the boundaries of parts do not count: parts are split at hyphens, and the three lists above get the
	// same name. Use it for a single name with hyphens, or when lists cannot collide for another reason. Default: false.
	Flat bool
	// Unique distinguishes the name from those of other owners: account, subscription, stack. It becomes part of the hash,
	// not of the text, and the name then always has a hash. Use it for types whose names are unique in a wider scope than
	// Parts, above all [Global]. None of them may be empty. Default: none.
	Unique []string
	// Reserve is the number of characters that are appended later, such as by auto-naming, see [ReserveBridged]. The name
	// is shorter than the rule allows by that number. Default: 0.
	Reserve int
	// Hash is the length of the hash, from [MinHash] to [MaxHash]. Default: [DefaultHash], or fewer characters when there
	// is no room, at least [MinHash].
	Hash int
}

// For returns the name for a type of resource. The rule accepts it, and it is the same for the same Name and Rule.
//
// The parts are joined with the separator of the rule. The result is the name if it can be split into the parts again
// and the rule accepts it. Otherwise characters are replaced, the text is truncated at its end, and a hash of the
// parts is appended.
//
// Errors are [*NameError]: missing or empty parts, numbers out of range, and rules that leave no room for a hash.
func (n Name) For(r Rule) (string, error) {
	found := &problems{kind: r.Kind, name: strings.Join(n.Parts, " ")}
	n.check(found)
	if err := found.err(); err != nil {
		return "", err
	}
	parts := n.Parts
	if n.Flat {
		parts = strings.Split(strings.Join(parts, "-"), "-")
	}
	r.Max -= n.Reserve
	if len(n.Unique) == 0 && r.unambiguous(parts) {
		if name := r.Prefix + strings.Join(parts, r.Separator) + r.Suffix; r.Check(name) == nil {
			return name, nil
		}
	}
	room, size := r.Max-r.affix(), n.Hash
	if size == 0 {
		size = max(MinHash, min(DefaultHash, room))
	}
	if size > room {
		found.add("a hash requires %d characters, %d are available: reserve less, or shorten the parts", size, max(0, room))
		return "", found.err()
	}
	return r.hashed(parts, hash(MaxHash, parts, n.Unique), size, found)
}

func (n Name) check(found *problems) {
	if len(n.Parts) == 0 {
		found.add("no parts: at least one is required")
	}
	for i, part := range n.Parts {
		if part == "" {
			found.add("part %d of %d is empty: omit it, or set a value", i+1, len(n.Parts))
		}
	}
	for i, text := range n.Unique {
		if text == "" {
			found.add("unique value %d of %d is empty: omit it, or set a value", i+1, len(n.Unique))
		}
	}
	if n.Reserve < 0 {
		found.add("%d characters cannot be reserved: use 0 or more", n.Reserve)
	}
	if n.Hash != 0 && (n.Hash < MinHash || n.Hash > MaxHash) {
		found.add("invalid length %d of the hash: use %d to %d, or 0 for the default", n.Hash, MinHash, MaxHash)
	}
}

// hashed returns the first accepted text with the hash appended: everything that can be kept, letters and digits only,
// these after a letter, the hash alone.
func (r *Rule) hashed(parts []string, hash string, size int, found *problems) (string, error) {
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
		found.add("the rule rejects even a hash: correct the rule")
		return "", failure.Join(found.err(), err)
	}
	return name, nil
}

// unambiguous reports whether the joined parts differ from all other lists of parts and from names with a hash.
func (r *Rule) unambiguous(parts []string) bool {
	if r.Separator == "" {
		return len(parts) == 1 && r.keepsAll(parts[0]) && !endsWithHash(parts[0])
	}
	for _, part := range parts {
		if part == "" || strings.Contains(part, r.Separator) || !r.keepsAll(part) {
			return false
		}
	}
	return !isHash(parts[len(parts)-1])
}

// keeps reports whether a generated name may contain c unchanged. That is never the case for characters outside of
// ASCII, so that all units and all ways to fold case agree.
func (r *Rule) keeps(c rune) bool {
	return r.Characters.Contains(c) && (!r.FoldCase || c < 'A' || c > 'Z')
}

func (r *Rule) keepsAll(part string) bool {
	for _, c := range part {
		if !r.keeps(c) {
			return false
		}
	}
	return true
}

// kept joins everything that can be kept of the parts.
func (r *Rule) kept(parts []string) string {
	return r.join(parts, func(rune) bool { return true })
}

// plain joins the letters and digits of the parts without reserved words.
func (r *Rule) plain(parts []string) string {
	// The limit is ample and bounds the time to remove words within words.
	text := cut(r.join(parts, alphanumeric.Contains), 4*r.Max)
	for before := ""; before != text; {
		before = text
		for _, word := range r.Without.Within {
			text = strings.ReplaceAll(text, word, "")
		}
	}
	return r.join(strings.Split(text, r.Separator), func(rune) bool { return true })
}

// led is plain after a letter, for texts that start with a digit or a reserved word.
func (r *Rule) led(parts []string) string {
	text := r.plain(parts)
	if text == "" {
		return ""
	}
	return "x" + text
}

// join writes the parts with one separator between them and in place of omitted characters, and none at the ends.
func (r *Rule) join(parts []string, wanted func(rune) bool) string {
	var b strings.Builder
	gap := false
	last := rune(0)
	for _, part := range parts {
		gap = true
		for _, c := range part {
			if !r.keeps(c) && 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			if !r.keeps(c) || !wanted(c) {
				gap = true
				continue
			}
			if gap && b.Len() > 0 && !r.separates(c) && !r.separates(last) {
				b.WriteString(r.Separator)
			}
			b.WriteRune(c)
			gap, last = false, c
		}
	}
	return strings.Trim(b.String(), r.Separator)
}

func (r *Rule) separates(c rune) bool { return r.Separator == string(c) }

// affix returns the length of Prefix and Suffix.
func (r *Rule) affix() int { return len(r.Prefix) + len(r.Suffix) }

// cut returns the first n bytes of an ASCII text.
func cut(text string, n int) string { return text[:max(0, min(n, len(text)))] }

// The characters of a hash. Without vowels, a hash is not a word. It starts with one of the letters, because some names
// must start with a letter.
const (
	digits  = "bcdfghjklmnpqrstvwxyz0123456789"
	letters = 21
)

// version distinguishes the hashes of this package from others. A new version changes all names that have a hash.
const version = "ashlar naming 1"

// hash returns a hash of n characters of the lists. A shorter hash of the same lists is a prefix of a longer one.
func hash(n int, lists ...[]string) string {
	// Lengths distinguish ("a", "bc") from ("ab", "c").
	data := append(make([]byte, 0, 256), version...)
	for _, l := range lists {
		data = binary.AppendUvarint(data, uint64(len(l)))
		for _, text := range l {
			data = binary.AppendUvarint(data, uint64(len(text)))
			data = append(data, text...)
		}
	}
	sum := sha256.Sum256(data)
	var number [4]uint64
	for i := range number {
		number[i] = binary.BigEndian.Uint64(sum[8*i:])
	}
	out := make([]byte, n)
	for i := range out {
		base := uint64(len(digits))
		if i == 0 {
			base = letters
		}
		var rest uint64
		for j := range number {
			number[j], rest = bits.Div64(rest, number[j], base)
		}
		out[i] = digits[rest]
	}
	return string(out)
}

// isHash reports whether a text could be a hash of any length.
func isHash(text string) bool {
	if len(text) < MinHash || len(text) > MaxHash || !strings.Contains(digits[:letters], text[:1]) {
		return false
	}
	return strings.Trim(text, digits) == ""
}

// endsWithHash reports whether a text could end with a hash of any length.
func endsWithHash(text string) bool {
	for n := MinHash; n <= min(MaxHash, len(text)); n++ {
		if isHash(text[len(text)-n:]) {
			return true
		}
	}
	return false
}
