package naming_test

import (
	"testing"

	"github.com/ashlar-iac/ashlar/core/naming"
)

func BenchmarkName(b *testing.B) {
	rules := all()
	for _, bb := range []struct {
		name, rule string
		parts      []string
	}{
		{"Short", bucket, []string{"acme", "prod", "web"}},
		{"Long", balancer, []string{"acme", "production", "eu-west-1", "search", "media"}},
		{"Fallback", account, []string{"acme", "windows", "media"}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			n, rule := naming.Name{Parts: bb.parts}, rules[bb.rule]
			b.ReportAllocs()
			for b.Loop() {
				if _, err := n.For(rule); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	rule := all()[bucket]
	b.ReportAllocs()
	for b.Loop() {
		if err := rule.Check("acme-production-eu-west-1-search-media"); err != nil {
			b.Fatal(err)
		}
	}
}
