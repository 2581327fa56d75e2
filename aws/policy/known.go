package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/aws/policy/reference"
)

// known reports an action that AWS does not have: a misspelt one as a problem, another one as a doubt, because it may
// be newer than the reference.
func (c *checker) known(at place, action string) {
	if action == "*" || reference.Exists(action) {
		return
	}
	if meant, ok := reference.SimilarAction(action); ok {
		c.add(at.path(), "unknown action %q: did you mean %q?", action, meant)
		return
	}
	c.doubt(at.path(), "unknown action %q: AWS had no such action on %s, so it may have no effect", action, reference.Date())
}

// service reports a service principal that is not known.
func (c *checker) service(at place, name string) {
	problem, doubt := CheckService(name)
	c.invalid(at, problem)
	if doubt != "" {
		c.doubt(at.path(), "%s", doubt)
	}
}

// CheckService returns the problem of a service principal such as ec2.amazonaws.com, or a doubt: AWS has no list of
// service principals, so one that is not known may exist. Both are "" for a known one.
func CheckService(name string) (problem, doubt string) {
	if problem := checkPrincipal("Service", name); problem != "" {
		return problem, ""
	}
	if reference.IsPrincipal(name) {
		return "", ""
	}
	if meant, ok := reference.SimilarPrincipal(name); ok {
		return fmt.Sprintf("unknown service principal %q: did you mean %q?", name, meant), ""
	}
	return "", fmt.Sprintf("unknown service principal %q: check its name in the guide of the service", name)
}

// key reports a condition key that is not known. in is the path of the condition.
func (c *checker) key(in []string, key string) {
	if isKey(key) {
		return
	}
	if meant, ok := reference.SimilarKey(key); ok {
		c.add(below(in, "key"), "unknown condition key %q: did you mean %q?", key, meant)
		return
	}
	c.doubt(below(in, "key"), "unknown condition key %q: AWS had no such key on %s, so requests may not have it", key, reference.Date())
}

// isKey reports whether requests of any action can have a condition key.
func isKey(key string) bool {
	prefix, _, _ := strings.Cut(key, ":")
	service, ok := reference.Find(prefix)
	if !ok {
		// The keys of federation, such as SAML:aud, are listed there.
		service, ok = reference.Find("sts")
	}
	all := reference.Action{Keys: reference.TagKeys()}
	return isClaim(key) || ok && service.HasKey(key) || all.HasKey(key)
}

// isClaim reports whether a condition key is a claim of an identity provider.
func isClaim(key string) bool {
	prefix, _, _ := strings.Cut(key, ":")
	return strings.ContainsAny(prefix, "./")
}

// effective reports actions that a statement cannot apply to, because they support none of its resources, or because
// their requests do not have a condition key that it requires. Source: "Actions, resources, and condition keys for AWS
// services", Service Authorization Reference.
func (c *checker) effective(s *statement) {
	s.actions.each(func(at place, action string) {
		if !reference.Exists(action) {
			return
		}
		any := func(supports func(reference.Action) bool) bool {
			for a := range reference.Match(action) {
				if supports(a) {
					return true
				}
			}
			return false
		}
		if resources := s.resources.all(); s.resources.given() && s.resources.complete() &&
			!any(func(a reference.Action) bool { return slices.ContainsFunc(resources, a.Supports) }) {
			c.doubt(at.path(), "no effect: %s does not support the resources of the statement: %s", action, instead(action))
		}
		for _, cond := range s.conditions {
			for _, k := range cond.key.all() {
				if cond.requires() && isKey(k) && !isClaim(k) && !any(func(a reference.Action) bool { return a.HasKey(k) }) {
					c.doubt(at.path(), "no effect: requests of %s do not have the condition key %s: use a statement of its own",
						action, k)
				}
			}
		}
	})
}

// instead returns the resources that the first action of a pattern supports.
func instead(pattern string) string {
	var arns []string
	for a := range reference.Match(pattern) {
		for _, t := range a.Types {
			for _, arn := range t.ARNs {
				arns = append(arns, "arn:aws:"+arn)
			}
		}
		break
	}
	if len(arns) == 0 {
		return `use a statement of its own with the resource "*"`
	}
	slices.Sort(arns)
	return "use a resource such as " + arns[0]
}
