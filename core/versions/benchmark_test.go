package versions_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ashlar-iac/ashlar/core/versions"
)

// file returns a version file with as many components, ten versions each.
func file(components int) []byte {
	var b strings.Builder
	b.WriteString("components:\n")
	for c := range components {
		fmt.Fprintf(&b, "  component-%d:\n    default: 1.5.0\n    versions:\n", c)
		for v := range 10 {
			fmt.Fprintf(&b, "      - { version: 1.%d.0, kubernetes: \">=1.%d <1.%d\" }\n", v, 20+v, 25+v)
		}
	}
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	for _, components := range []int{100, 1000} {
		data := file(components)
		b.Run(fmt.Sprintf("components=%d", components), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := versions.Parse("v", data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkParseLargest shows that no file within the size limit takes more than
// a second: these are the ones that take longest.
func BenchmarkParseLargest(b *testing.B) {
	fill := func(before, unit, after string) string {
		return before + strings.Repeat(unit, (versions.MaxFileSize-len(before)-len(after))/len(unit)) + after
	}
	count := func(before, format, after string) string {
		var s strings.Builder
		s.WriteString(before)
		for i := 0; s.Len() < versions.MaxFileSize-300-len(after); i++ {
			fmt.Fprintf(&s, format, i)
		}
		return s.String() + after
	}
	// few keeps to the limit of separators, with n of them in each unit.
	few := func(unit string, n int) string { return strings.Repeat(unit, 199_000/n) }
	deep := strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + ","
	for name, text := range map[string]string{
		"Brackets":      fill("", "[", ""),
		"BracketGroups": "[" + few(deep, 9001) + "]",
		"BracketsShort": "[" + few("[],", 2) + "]",
		"Dashes":        fill("", "- ", ""),
		"Scalars":       "[" + few("a,", 1) + "]",
		"LongScalars":   fill("[", "a b c,", "]"),
		"FlowMaps":      "[" + few("{},", 2) + "]",
		"Keys":          few("a:\n", 2),
		"FlowKeys":      "{" + few("a,", 1) + "}",
		"Everything":    fill("", "a:\n", ""),
		"Anchors":       count("", "- &%x\n", ""),
		"Aliases":       fill("- &a 1\n", "- *a\n", ""),
		"Comments":      fill("", "- a #b\n", ""),
		"Digits":        fill("components: {a: {versions: [", "1", "]}}"),
		"Components":    count("components: {", "a%x: [],", "}"),
		"BareVersions":  count("components: {a: {versions: [", "1.0.%d,", "]}}"),
		"Versions":      count("components: {a: {versions: [", "{version: 1.0.%d},", "]}}"),
		"Ranges":        count("components: {a: {versions: [", "{version: 1.0.%d, kubernetes: '"+strings.Repeat("1||", 31)+"1'},", "]}}"),
		"OtherRanges":   count("components: {a: {versions: [", "{version: 1.0.%[1]d, kubernetes: '"+strings.Repeat("1||", 30)+"1.%[1]d'},", "]}}"),
		"LongRanges":    count("components: {a: {versions: [", "{version: 1.0.%[1]d, kubernetes: '"+strings.Repeat(">=1.29 ", 35)+">1.%[1]d'},", "]}}"),
		"Repeated":      "#" + strings.Repeat("-", versions.MaxFileSize-len(aliased())-2) + "\n" + aliased(),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				// Most of them are rejected, which must not take longer.
				_, _ = versions.Parse("v", []byte(text))
			}
		})
	}
}
