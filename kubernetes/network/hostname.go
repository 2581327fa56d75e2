package network

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
)

// hostName is the rule of host names of routes and listeners. Source: "HTTPRoute", Gateway API documentation.
var hostName = apirules.NewRule(func(text string) bool {
	if strings.HasPrefix(text, "*.") {
		return len(validation.IsWildcardDNS1123Subdomain(text)) == 0
	}
	// An IP address is a valid subdomain by its characters.
	return len(validation.IsDNS1123Subdomain(text)) == 0 && len(validation.IsValidIP(nil, text)) > 0
}, "use a host name such as shop.example.com or *.example.com, without scheme, port and path")

// checkPath reports a path that the Gateway API rejects. Source: HTTPPathMatch, Gateway API reference.
func checkPath(report *config.Report, at, p string) {
	if p == "" {
		return
	}
	// A slash at the end is allowed.
	segments := strings.Split(strings.TrimSuffix(p, "/"), "/")[1:]
	bad := slices.ContainsFunc(segments, func(s string) bool { return s == "" || s == "." || s == ".." })
	if wrong := !strings.HasPrefix(p, "/") || len(p) > 1024 || strings.Contains(p, "#") || strings.Contains(strings.ToLower(p), "%2f"); wrong || bad {
		report.Add([]string{at}, "found the string %q, expected a path such as /shop, without empty segments, dots and fragments", p)
	}
}
