package aks

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/core/config"
)

var minorVersion = regexp.MustCompile(`^1\.[1-9][0-9]{1,2}$`)

// checkMinor reports a version that is not a minor version. YAML reads 1.30 without quotes as the number 1.3.
func checkMinor(report *config.Report, path []string, version string) {
	if version != "" && !minorVersion.MatchString(version) {
		report.Add(path, "found %q, expected a minor version in quotes, such as \"1.36\"", version)
	}
}

// minor returns the number after the first dot of a version.
func minor(version string) int {
	_, text, _ := strings.Cut(version, ".")
	text, _, _ = strings.Cut(text, ".")
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// maxSkew is how many minor versions pools can be behind the control plane. Source: "Supported Kubernetes versions in Azure
// Kubernetes Service (AKS)", version skew policy.
const maxSkew = 3

// checkSkew returns what is wrong with nodes of a version in a cluster of another one.
func checkSkew(nodes, control string) string {
	n, c := minor(nodes), minor(control)
	switch {
	case n > c:
		return fmt.Sprintf("nodes of version %s cannot join a cluster of version %s: upgrade the cluster first, or use %s",
			nodes, control, control)
	case n < c-maxSkew:
		return fmt.Sprintf("nodes of version %s are more than %d minor versions behind a cluster of version %s: "+
			"deploy 1.%d or later first, then upgrade the cluster", nodes, maxSkew, control, c-maxSkew)
	}
	return ""
}

// checkUpgrade returns what is wrong with a change of the version of an existing cluster. With long-term support, AKS also
// upgrades from one such version to the next.
func checkUpgrade(from, to string, longTerm bool) string {
	switch f, t := minor(from), minor(to); {
	case t < f:
		return fmt.Sprintf("the cluster has version %s and cannot be downgraded to %s: use 1.%d or later", from, to, f)
	case t > f+1 && !longTerm:
		return fmt.Sprintf("the cluster has version %s and is upgraded by one minor version at a time: deploy 1.%d first", from, f+1)
	}
	return ""
}

// ends are the days after which minor versions are no longer supported. Source: "Supported Kubernetes versions in Azure
// Kubernetes Service (AKS)", AKS Kubernetes release calendar, which has months only: they are the last days of these.
func ends() map[string]time.Time {
	day := func(year int, month time.Month) time.Time { return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC) }
	return map[string]time.Time{
		"1.31": day(2025, time.November), "1.32": day(2026, time.March), "1.33": day(2026, time.July),
		"1.34": day(2026, time.November), "1.35": day(2027, time.March), "1.36": day(2027, time.June),
		"1.37": day(2027, time.October),
	}
}

const (
	// warnDays is the number of days before the end of support from which a version is warned of.
	warnDays = 60
	// longTermYears is the number of years that long-term support adds. Source: "Long-term support for Azure Kubernetes
	// Service (AKS) versions".
	longTermYears = 1
)

// checkSupport returns what is wrong with a version on a day. exists is true for the version of an existing cluster. A
// version that is newer than the table, and any version once support of all versions of the table has ended, is accepted.
func checkSupport(version string, now time.Time, longTerm, exists bool) (warning, problem string) {
	known := ends()
	order := slices.SortedFunc(maps.Keys(known), func(a, b string) int { return minor(a) - minor(b) })
	newest := order[len(order)-1]
	if minor(version) > minor(newest) || now.After(known[newest]) {
		return "", ""
	}
	end, listed := known[version]
	if longTerm {
		end = end.AddDate(longTermYears, 0, 0)
	}
	switch {
	case !listed || now.After(end.AddDate(0, 0, 1)):
		text := fmt.Sprintf("AKS no longer supports version %s: use a later version, such as %s", version, newest)
		if exists {
			return text, ""
		}
		return "", text
	case now.After(end.AddDate(0, 0, -warnDays)):
		return fmt.Sprintf("support of Kubernetes %s ends on %s: upgrade to 1.%d before", version, end.Format(time.DateOnly),
			minor(version)+1), ""
	}
	return "", ""
}
