package naming_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// drawRule draws one of the rules.
func drawRule(t *rapid.T) (string, naming.Rule) {
	rules := all()
	token := rapid.SampledFrom(slices.Sorted(maps.Keys(rules))).Draw(t, "type")
	return token, rules[token]
}

// drawPart draws text that could be part of a name.
func drawPart(t *rapid.T) string {
	return rapid.OneOf(
		rapid.StringMatching(`[a-z]{1,12}`),
		rapid.StringMatching(`[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,3}`),
		rapid.StringMatching(`[-_./a-zA-Z0-9]{1,70}`),
		rapid.StringMatching(`[bcdfghjklmnpqrstvwxyz][bcdfghjklmnpqrstvwxyz0-9]{4,20}`),
		rapid.StringMatching(`[-._/]{1,4}`),
		rapid.SampledFrom([]string{
			"microsoft", "Windows", "micro", "soft", "login", "xn--", "sthree-", "sg-", "-s3alias", "10.0.0.1", "aws/s3", "internal-",
			"\u00e9", "e\u0301", "\u212a", "K", "ſ", "ß", "İ", "日本", "\xff", "\x00", " ", strings.Repeat("a", 300),
		}),
		rapid.StringN(1, 40, -1),
	).Draw(t, "part")
}

func drawParts(t *rapid.T) []string {
	return rapid.SliceOfN(rapid.Custom(drawPart), 1, 6).Draw(t, "parts")
}

func drawName(t *rapid.T) naming.Name {
	n := naming.Name{Parts: drawParts(t), Flat: rapid.Bool().Draw(t, "flat")}
	if rapid.Bool().Draw(t, "is unique") {
		n.Unique = drawParts(t)
	}
	if rapid.Bool().Draw(t, "is reserved") {
		n.Reserve = rapid.IntRange(0, 12).Draw(t, "reserve")
	}
	if rapid.Bool().Draw(t, "has a length") {
		n.Hash = rapid.IntRange(naming.MinHash, naming.MaxHash).Draw(t, "hash")
	}
	return n
}

func TestEveryNameIsAccepted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		_, rule := drawRule(t)
		n := drawName(t)
		name, err := n.For(rule)
		room := rule.Max - len(rule.Prefix) - len(rule.Suffix) - n.Reserve
		if err != nil {
			require.ErrorIs(t, err, failure.Configuration)
			require.Less(t, room, max(naming.MinHash, n.Hash), "%v: there is room", err)
			return
		}
		require.NoError(t, rule.Check(name))
		require.LessOrEqual(t, len(name), rule.Max-n.Reserve)
		for _, c := range name {
			require.Less(t, c, rune(0x80))
		}
		if rule.FoldCase {
			require.Equal(t, strings.ToLower(name), name)
		}
		again, err := n.For(rule)
		require.NoError(t, err)
		require.Equal(t, name, again)
	})
}

// A name with reserved characters is also accepted with the characters that auto-naming appends.
func TestReservedCharactersLeaveRoomForAutoNaming(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		token, rule := drawRule(t)
		suffix, n := "-0123abc", naming.Name{Parts: drawParts(t), Reserve: naming.ReserveBridged}
		switch {
		case strings.HasPrefix(token, "azure"):
			suffix, n.Reserve = "0123abcd", naming.ReserveAzureNative
		case strings.HasPrefix(token, "kubernetes"):
			suffix, n.Reserve = "-0123abcd", naming.ReserveKubernetes
		}
		name, err := n.For(rule)
		if err != nil {
			t.Skip("no room")
		}
		require.NoError(t, rule.Check(strings.TrimSuffix(name, rule.Suffix)+suffix+rule.Suffix))
	})
}

// drawOther draws a different but similar list.
func drawOther(t *rapid.T, parts []string) []string {
	other := slices.Clone(parts)
	i := rapid.IntRange(0, len(other)-1).Draw(t, "which")
	part := other[i]
	at := rapid.IntRange(0, len(part)).Draw(t, "where")
	switch rapid.IntRange(0, 9).Draw(t, "how") {
	case 0:
		return append(other, drawPart(t))
	case 1:
		return slices.Delete(other, i, i+1)
	case 2: // Split a part.
		return slices.Replace(other, i, i+1, part[:at], strings.TrimLeft(part[at:], "-"))
	case 3: // Join it with the next one.
		if i+1 < len(other) {
			joint := rapid.SampledFrom([]string{"-", "", "_", "."}).Draw(t, "joint")
			return slices.Replace(other, i, i+2, part+joint+other[i+1])
		}
	case 4: // Move its end to the next part.
		if i+1 < len(other) {
			other[i], other[i+1] = part[:at], part[at:]+other[i+1]
		}
	case 5:
		other[i] = strings.ToUpper(part)
	case 6:
		other[i] = strings.ToLower(part)
	case 7: // Another character somewhere.
		other[i] = part[:at] + rapid.SampledFrom([]string{"a", "-", "_", ".", "A", "é", "\u0301", "0"}).Draw(t, "character") + part[at:]
	case 8:
		slices.Reverse(other)
	case 9: // One character less.
		other[i] = part[:max(0, at-1)] + part[at:]
	}
	return other
}

func TestDifferentPartsHaveDifferentNames(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		token, rule := drawRule(t)
		a := drawParts(t)
		b := drawOther(t, a)
		if slices.Equal(a, b) || len(b) == 0 || slices.Contains(b, "") {
			t.Skip("no other list")
		}
		one, err := naming.Name{Parts: a}.For(rule)
		require.NoError(t, err)
		two, err := naming.Name{Parts: b}.For(rule)
		require.NoError(t, err)
		require.False(t, strings.EqualFold(one, two) && (rule.FoldCase || one == two), "%s: %q and %q are %s", token, a, b, one)
	})
}

// A generated name as the only part gets another name.
func TestGeneratedNamesAreNotThoseOfTheirText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		_, rule := drawRule(t)
		n := naming.Name{Parts: drawParts(t)}
		name, err := n.For(rule)
		require.NoError(t, err)
		text := strings.TrimSuffix(strings.TrimPrefix(name, rule.Prefix), rule.Suffix)
		exact := strings.Join(n.Parts, rule.Separator) == text
		again := naming.Name{Parts: []string{text}, Flat: true}
		if rule.Separator == "" {
			again.Flat = false
		}
		other, err := again.For(rule)
		require.NoError(t, err)
		require.Equal(t, exact, name == other, "%q: %s, then %s", n.Parts, name, other)
	})
}

func TestFlatPartsIgnoreBoundaries(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		_, rule := drawRule(t)
		parts := drawParts(t)
		one, err := naming.Name{Parts: parts, Flat: true}.For(rule)
		require.NoError(t, err)
		two, err := naming.Name{Parts: []string{strings.Join(parts, "-")}, Flat: true}.For(rule)
		require.NoError(t, err)
		require.Equal(t, one, two)
		if split := strings.Split(strings.Join(parts, "-"), "-"); !slices.Contains(split, "") {
			three, err := naming.Name{Parts: split}.For(rule)
			require.NoError(t, err)
			require.Equal(t, one, three)
		}
	})
}

// A change of one character of a long name changes the name, even when its truncated text stays the same.
func TestEveryCharacterCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		_, rule := drawRule(t)
		part := []byte(rapid.StringMatching(`[a-z]{600,700}`).Draw(t, "part"))
		one, err := naming.Name{Parts: []string{string(part)}}.For(rule)
		require.NoError(t, err)
		i := rapid.IntRange(0, len(part)-1).Draw(t, "where")
		part[i] = 'a' + (part[i]-'a'+1)%26
		two, err := naming.Name{Parts: []string{string(part)}}.For(rule)
		require.NoError(t, err)
		require.NotEqual(t, one, two)
	})
}

func TestUniqueValuesCount(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		_, rule := drawRule(t)
		parts, a := drawParts(t), drawParts(t)
		b := drawOther(t, a)
		if slices.Equal(a, b) || slices.Contains(b, "") {
			t.Skip("no other list")
		}
		one, err := naming.Name{Parts: parts, Unique: a}.For(rule)
		require.NoError(t, err)
		two, err := naming.Name{Parts: parts, Unique: b}.For(rule)
		require.NoError(t, err)
		require.NotEqual(t, one, two)
		three, err := naming.Name{Parts: append(slices.Clone(parts), a...)}.For(rule)
		require.NoError(t, err)
		require.NotEqual(t, one, three, "parts are no such thing")
	})
}

// Every pair of a large set, in every type with a hash of full length.
func TestManyListsHaveDifferentNames(t *testing.T) {
	t.Parallel()
	lists := map[string][]string{}
	add := func(parts ...string) { lists[fmt.Sprintf("%q", parts)] = parts }
	prefix := strings.Repeat("shared-", 12)
	for i := range 60 {
		add(prefix+"x", fmt.Sprint("a", i))
		add(prefix, fmt.Sprint("xa", i))
		add(fmt.Sprint("a", i), prefix)
		add(fmt.Sprint("A", i))
		add(fmt.Sprint("a", i))
		add(fmt.Sprint("a-", i))
		add("a", fmt.Sprint(i))
		add(fmt.Sprint("a_", i))
		add(fmt.Sprint("ä", i))
		add(fmt.Sprint("a\u0308", i))
	}
	for token, rule := range all() {
		if token == windows {
			continue
		}
		names := make(map[string]string, len(lists))
		for key, parts := range lists {
			name, err := naming.Name{Parts: parts}.For(rule)
			require.NoError(t, err)
			if other, ok := names[name]; ok {
				t.Errorf("%s: %s and %s are %s", token, key, other, name)
			}
			names[name] = key
		}
	}
}
