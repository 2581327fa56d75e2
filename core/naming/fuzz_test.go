package naming_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// FuzzName checks that any text, split in two ways, gets different names that the rule accepts, in bounded time.
func FuzzName(f *testing.F) {
	f.Add(uint8(0), "acme-production-useast1", "|", "-", uint8(0))
	f.Add(uint8(3), "a|b|c", "|", "b", uint8(8))
	f.Add(uint8(40), "Mic\u212arosoftMicrosoft", "r", "o", uint8(1))
	f.Add(uint8(17), "xn----..--\xff", "-", "--", uint8(12))
	f.Add(uint8(29), "bcdfghjk", "g", "h", uint8(0))
	rules := all()
	tokens := slices.Sorted(maps.Keys(rules))
	f.Fuzz(func(t *testing.T, which uint8, text, one, two string, reserve uint8) {
		token := tokens[int(which)%len(tokens)]
		rule := rules[token]
		start := time.Now()
		lists := [][]string{strings.Split(text, one), strings.Split(text, two)}
		var names []string
		for _, parts := range lists {
			n := naming.Name{Parts: parts, Reserve: int(reserve % 16)}
			name, err := n.For(rule)
			if again, errAgain := n.For(rule); again != name || (err == nil) != (errAgain == nil) {
				t.Fatalf("%s: %q: another answer", token, parts)
			}
			if err != nil {
				if !errors.Is(err, failure.Configuration) || name != "" {
					t.Fatalf("%s: %q: %q, %v", token, parts, name, err)
				}
				if !slices.Contains(parts, "") && len(parts) > 0 && rule.Max-len(rule.Prefix+rule.Suffix)-n.Reserve >= naming.MinHash {
					t.Fatalf("%s: %q: there is room: %v", token, parts, err)
				}
				continue
			}
			rule := rule
			rule.Max -= n.Reserve
			if err := rule.Check(name); err != nil {
				t.Fatalf("%s: %q: %v", token, parts, err)
			}
			if rule.FoldCase {
				name = strings.ToLower(name)
			}
			names = append(names, name)
		}
		if d := time.Since(start); d > time.Second {
			t.Fatalf("%s: took %s", token, d)
		}
		if len(names) == 2 && names[0] == names[1] && !slices.Equal(lists[0], lists[1]) {
			t.Fatalf("%s: %q and %q are %s", token, lists[0], lists[1], names[0])
		}
	})
}

// FuzzCheck checks that any text is accepted or rejected with messages, and that an accepted text is generated unchanged
// when nothing is lost.
func FuzzCheck(f *testing.F) {
	f.Add(uint8(0), "acme-web")
	f.Add(uint8(12), "-My_Bucket..x-s3alias")
	f.Add(uint8(33), "\xff\u212a")
	rules := all()
	tokens := slices.Sorted(maps.Keys(rules))
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		rule := rules[tokens[int(which)%len(tokens)]]
		err := rule.Check(text)
		for problem := range failure.All(err) {
			var details *naming.NameError
			if !errors.As(problem, &details) || details.Message == "" || details.Name != text || !errors.Is(problem, failure.Configuration) {
				t.Fatalf("%#v", problem)
			}
		}
		body := strings.TrimSuffix(strings.TrimPrefix(text, rule.Prefix), rule.Suffix)
		if body == "" {
			return
		}
		name, nameErr := naming.Name{Parts: []string{body}, Flat: true}.For(rule)
		if nameErr != nil {
			t.Fatal(nameErr)
		}
		if err != nil && name == text {
			t.Fatalf("%q is refused and made", text)
		}
	})
}
