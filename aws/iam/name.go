package iam

import (
	"errors"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// suffix is as long as what the provider appends to the name of a resource that has none of its own.
const suffix = "-0123456"

// checkName reports what is wrong with the name of a resource: the one that was given, or that of the component, to which digits are
// appended.
func checkName(report *config.Report, token, given, component string) {
	name, advice := given, ""
	if given == "" {
		name, advice = component+suffix, "; it is that of the component with eight characters appended, unless name is set"
	}
	for problem := range failure.All(naming.AWS()[token].Check(name)) {
		var mistake *naming.NameError
		if errors.As(problem, &mistake) {
			report.Add([]string{"name"}, "%s%s", mistake.Message, advice)
		}
	}
}

var pathPattern = regexp.MustCompile(`^/([\x21-\x7E]{1,510}/)?$`)

// checkPath reports what is wrong with a path. Source: "IAM identifiers".
func checkPath(report *config.Report, path string) {
	switch {
	case !pathPattern.MatchString(path):
		report.Add([]string{"path"}, "found %q, expected a path such as /teams/shop/, of up to 512 characters without spaces", path)
	case strings.HasPrefix(path, "/aws-service-role/"), strings.HasPrefix(path, "/aws-reserved/"):
		report.Add([]string{"path"}, "found %q, but AWS keeps this path for its own", path)
	}
}

var descriptionPattern = regexp.MustCompile(`^[\t\n\r\x20-\x7E\x{00A1}-\x{00FF}]*$`)

// checkDescription reports what is wrong with a description. Source: "CreateRole", "CreatePolicy", AWS Identity and Access Management API
// Reference.
func checkDescription(report *config.Report, description string) {
	if n := len([]rune(description)); n > 1000 {
		report.Add([]string{"description"}, "it has %d characters, at most 1000 are accepted", n)
	}
	if !descriptionPattern.MatchString(description) {
		report.Add([]string{"description"}, "expected letters of Western Europe, digits and signs")
	}
}

// optional returns nil for an empty text.
func optional(s string) pulumi.StringPtrInput {
	if s == "" {
		return nil
	}
	return pulumi.String(s)
}
