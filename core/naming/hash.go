package naming

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strings"
)

// The lengths of the hash that a name ends with.
const (
	// MinHash is the least that is accepted: 29 bits.
	MinHash = 6
	// DefaultHash is what is written where there is room for it: 39 bits.
	DefaultHash = 8
	// MaxHash is the most that can be asked for: 98 bits.
	MaxHash = 20
)

// digits has no vowels, so that a hash is no word, neither one that a person
// would use in a name nor one that a person would not. The first letters of it
// are those that a hash may start with, because some names must start with one.
const (
	digits  = "bcdfghjklmnpqrstvwxyz0123456789"
	letters = 21
)

// version keeps the hashes of this package apart from all others. A change of it
// changes all names that have a hash.
const version = "ashlar naming 1"

// hash returns n characters that stand for the lists. A shorter hash of the same
// lists is the start of a longer one.
func hash(n int, lists ...[]string) string {
	// Lengths in front, so that ("a", "bc") and ("ab", "c") differ.
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
