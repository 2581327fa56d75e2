package policy

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// GitHubIssuer is the address of the identity provider of GitHub Actions, without https://.
const GitHubIssuer = githubIssuer

// GitHubWorkflows are runs of workflows of one repository.
type GitHubWorkflows struct {
	// Organization and Repository are the names. Required.
	Organization, Repository string
	// OrganizationID and RepositoryID are the numbers that GitHub gives both, and nobody else after them. With them, a repository or an
	// organization that takes over an old name is not trusted. Give both or none.
	OrganizationID, RepositoryID string
	// Branches, Tags and Environments are those that the runs are for. * stands for any characters.
	Branches, Tags, Environments []string
	// PullRequests are runs for pull requests.
	PullRequests bool
	// Any are runs for whatever it is.
	Any bool
}

// Subjects returns the subjects that GitHub gives the runs. With the numbers there are two of each: repositories which were made before
// July 15, 2026 have subjects without them until somebody asks GitHub for the others. Source: "OpenID Connect reference: Immutable
// subject claims", GitHub Docs.
func (w GitHubWorkflows) Subjects() []string {
	var runs []string
	if w.Any {
		runs = append(runs, "*")
	}
	for _, b := range w.Branches {
		runs = append(runs, "ref:refs/heads/"+b)
	}
	for _, t := range w.Tags {
		runs = append(runs, "ref:refs/tags/"+t)
	}
	for _, e := range w.Environments {
		// As GitHub writes it.
		runs = append(runs, "environment:"+strings.ReplaceAll(e, ":", "%3A"))
	}
	if w.PullRequests {
		runs = append(runs, "pull_request")
	}
	repositories := []string{w.Organization + "/" + w.Repository}
	if w.pinned() {
		repositories = append(repositories, w.Organization+"@"+w.OrganizationID+"/"+w.Repository+"@"+w.RepositoryID)
	}
	var out []string
	for _, repository := range repositories {
		for _, run := range runs {
			out = append(out, "repo:"+repository+":"+run)
		}
	}
	return out
}

func (w GitHubWorkflows) pinned() bool { return w.OrganizationID != "" && w.RepositoryID != "" }

// TrustGitHub returns the statement that lets runs of workflows assume a role. provider is the ARN of GitHub's provider in IAM. The
// numbers are asked for besides the subject. Source: "Available keys for AWS OIDC federation", tab GitHub, AWS Identity and Access
// Management User Guide.
func TrustGitHub(provider pulumi.StringInput, w GitHubWorkflows) Statement {
	var numbers []Condition
	if w.pinned() {
		numbers = []Condition{
			Equals(GitHubIssuer+":repository_id", w.RepositoryID),
			Equals(GitHubIssuer+":repository_owner_id", w.OrganizationID),
		}
	}
	return TrustOIDC(provider, pulumi.String(GitHubIssuer), []string{STSAudience}, w.Subjects(), numbers...)
}
