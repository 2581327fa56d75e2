package ecr

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/policy"
)

const (
	repositoryToken       = "aws:ecr/repository:Repository"
	lifecyclePolicyToken  = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	repositoryPolicyToken = "aws:ecr/repositoryPolicy:RepositoryPolicy"
)

// registry returns the host of the account's registry.
func registry(c *cloud.Call) string {
	return c.Scope.Values["account"] + ".dkr.ecr." + c.Scope.Values["region"] + "." + kernel.DNSSuffix(c)
}

func repository() *cloud.Type {
	// Source: API reference of CreateRepository, repositoryName.
	names := kernel.Names{Longest: 256, Says: "lowercase letters, digits, and ._-/ between them",
		Pattern: regexp.MustCompile(`^([a-z0-9]+([._-][a-z0-9]+)*/)*[a-z0-9]+([._-][a-z0-9]+)*$`)}
	return &cloud.Type{
		Token: repositoryToken, Args: ecr.RepositoryArgs{}, Resource: &ecr.Repository{},
		Name: "name",
		AutoName: func(name string, random *rand.Rand) string {
			return strings.ToLower(kernel.AutoName(name, random))
		},
		Replaces: []string{"encryptionConfigurations", "name"},
		Defaults: map[string]any{"imageTagMutability": "MUTABLE"},
		Check: func(c *cloud.Checker) {
			names.Check(c, "name")
			c.OneOf("imageTagMutability", "MUTABLE", "IMMUTABLE", "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION")
			for _, e := range cloud.Objects(c.Value("encryptionConfigurations")) {
				c.OneOfValue("encryptionConfigurations.encryptionType", e["encryptionType"], "AES256", "KMS", "KMS_DSSE")
			}
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("name")
			err := kernel.Unique(c, "name", "RepositoryAlreadyExistsException",
				"The repository with name '%s' already exists in the registry with id '"+c.Scope.Values["account"]+"'")
			if err != nil {
				return err
			}
			for _, e := range cloud.Objects(c.Object.Outputs["encryptionConfigurations"]) {
				if err := kms.Need(c, cloud.Text(e, "kmsKey"), "KmsException", "Key '%s' does not exist"); err != nil {
					return err
				}
			}
			cloud.Fill(c.Object.Outputs, map[string]any{
				"arn":                        kernel.ARN(c, "ecr", "repository/"+c.Object.ID),
				"registryId":                 c.Scope.Values["account"],
				"repositoryUrl":              registry(c) + "/" + c.Object.ID,
				"encryptionConfigurations":   []any{map[string]any{"encryptionType": "AES256", "kmsKey": ""}},
				"imageScanningConfiguration": map[string]any{"scanOnPush": false},
			})
			return nil
		},
	}
}

// setting is a document of a repository: it has the repository's name, is deleted with it, and overwrites itself.
func setting(token string, args pulumi.Input, of pulumi.Resource, check func(*cloud.Call) error) *cloud.Type {
	return &cloud.Type{
		Token: token, Args: args, Resource: of,
		Replaces: []string{"repository"}, Same: kernel.JSON("policy"), Required: []string{"policy"},
		Check: func(c *cloud.Checker) { policy.CheckJSON(c, "policy") },
		Create: func(c *cloud.Call) error {
			owner, err := find(c, c.Text("repository"))
			if err != nil {
				return err
			}
			c.Object.ID, c.Object.Managed = owner.ID, owner.Key()
			c.Set("registryId", c.Scope.Values["account"])
			return check(c)
		},
		Update: check,
	}
}

func find(c *cloud.Call, name string) (*cloud.Object, error) {
	return c.Find(repositoryToken, name, "RepositoryNotFoundException",
		"The repository with name '%s' does not exist in the registry with id '"+c.Scope.Values["account"]+"'")
}

func repositoryPolicy() *cloud.Type {
	return setting(repositoryPolicyToken, ecr.RepositoryPolicyArgs{}, &ecr.RepositoryPolicy{}, func(c *cloud.Call) error {
		_, err := policy.Grammar{
			Code: "InvalidParameterException", Size: 10240, SizeCode: "InvalidParameterException",
			SizeMessage: "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Policy is too large'",
			Principal:   true, PrincipalMessage: "Invalid parameter at 'PolicyText' failed to satisfy constraint: " +
				"'Invalid repository policy provided' (principal %s)",
		}.Check(c, c.Text("policy"))
		return err
	})
}

func lifecyclePolicy() *cloud.Type {
	return setting(lifecyclePolicyToken, ecr.LifecyclePolicyArgs{}, &ecr.LifecyclePolicy{}, func(c *cloud.Call) error {
		if problem := lifecycleProblem(c.Text("policy")); problem != "" {
			return kernel.Refuse("InvalidParameterException", "Invalid parameter at 'LifecyclePolicyText' failed to satisfy "+
				"constraint: 'Lifecycle policy validation failure: %s'", problem)
		}
		return nil
	})
}

// lifecycleProblem returns what is wrong with a lifecycle policy.
//
// Source: "Lifecycle policy parameters in Amazon ECR".
func lifecycleProblem(text string) string {
	var document struct {
		Rules []struct {
			Priority  int `json:"rulePriority"`
			Selection struct {
				Status   string   `json:"tagStatus"`
				Prefixes []string `json:"tagPrefixList"`
				Patterns []string `json:"tagPatternList"`
				Type     string   `json:"countType"`
				Unit     string   `json:"countUnit"`
				Number   int      `json:"countNumber"`
			} `json:"selection"`
			Action struct {
				Type string `json:"type"`
			} `json:"action"`
		} `json:"rules"`
	}
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return err.Error()
	}
	if len(document.Rules) == 0 {
		return "object has missing required properties ([\"rules\"])"
	}
	seen, highest, anyPriority := map[int]bool{}, 0, 0
	for _, r := range document.Rules {
		s := r.Selection
		tagged := len(s.Prefixes)+len(s.Patterns) > 0
		switch {
		case r.Priority < 1:
			return "rulePriority is lower than the required minimum 1"
		case seen[r.Priority]:
			return fmt.Sprintf("rulePriority %d is used twice", r.Priority)
		case s.Status != "tagged" && s.Status != "untagged" && s.Status != "any":
			return "instance value (\"" + s.Status + "\") not found in enum: tagStatus is tagged, untagged or any"
		case tagged != (s.Status == "tagged"):
			return "tagPrefixList or tagPatternList is required for tagStatus tagged, and not allowed for others"
		case s.Type != "imageCountMoreThan" && s.Type != "sinceImagePushed":
			return "instance value (\"" + s.Type + "\") not found in enum: countType is imageCountMoreThan or sinceImagePushed"
		case (s.Type == "sinceImagePushed") != (s.Unit == "days"):
			return "countUnit is days for countType sinceImagePushed, and not allowed for others"
		case s.Number < 1:
			return "countNumber is lower than the required minimum 1"
		case r.Action.Type != "expire":
			return "instance value (\"" + r.Action.Type + "\") not found in enum: the type of an action is expire"
		}
		seen[r.Priority] = true
		highest = max(highest, r.Priority)
		if s.Status == "any" {
			if anyPriority > 0 {
				return "only one rule with tagStatus any is allowed"
			}
			anyPriority = r.Priority
		}
	}
	if anyPriority > 0 && anyPriority < highest {
		return "the rule with tagStatus any must have the highest value for rulePriority"
	}
	return ""
}

// getAuthorizationToken returns a token that no registry accepts.
func getAuthorizationToken(c *cloud.Call, _ map[string]any) (map[string]any, error) {
	const password = "simulated"
	return map[string]any{
		"id": c.Scope.Values["region"], "userName": "AWS", "password": cloud.Secret{Value: password},
		"authorizationToken": cloud.Secret{Value: base64.StdEncoding.EncodeToString([]byte("AWS:" + password))},
		"proxyEndpoint":      "https://" + registry(c),
		"expiresAt":          time.Now().UTC().Add(12 * time.Hour).Format(time.RFC3339),
	}, nil
}

func getCredentials(c *cloud.Call, args map[string]any) (map[string]any, error) {
	out, err := getAuthorizationToken(c, args)
	return map[string]any{"id": args["registryId"], "registryId": args["registryId"], "expiresAt": out["expiresAt"],
		"authorizationToken": out["authorizationToken"], "proxyEndpoint": out["proxyEndpoint"]}, err
}

func getRepository(c *cloud.Call, args map[string]any) (map[string]any, error) {
	o, err := find(c, cloud.Text(args, "name"))
	if err != nil {
		return nil, err
	}
	scan := []any{o.Outputs["imageScanningConfiguration"]}
	return kernel.Answer(o, args, map[string]any{"imageScanningConfigurations": scan, "mostRecentImageTags": []any{}}), nil
}
