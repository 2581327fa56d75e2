package ecr_test

import (
	"encoding/json"
	"testing"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

// in are the inputs of a resource.
type in = map[string]any

const (
	repositoryToken = "aws:ecr/repository:Repository"
	lifecycleToken  = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
	policyToken     = "aws:ecr/repositoryPolicy:RepositoryPolicy"
)

// rules returns a lifecycle policy.
func rules(rules ...in) string {
	text, err := json.Marshal(in{"rules": rules})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func TestRejectedRepositories(t *testing.T) {
	t.Parallel()
	common := []awstest.Step{{Name: "web", Type: repositoryToken, Inputs: in{"name": "team/web"}}}
	repository := func(inputs in) []awstest.Step { return awstest.One("it", repositoryToken, inputs) }
	lifecycle := func(text string) []awstest.Step {
		return awstest.One("it", lifecycleToken, in{"repository": "$web", "policy": text})
	}
	rule := func(priority int, selection in) in {
		return in{"rulePriority": priority, "selection": selection, "action": in{"type": "expire"}}
	}
	anything := in{"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10}
	old := in{"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14}
	pull := in{"Effect": "Allow", "Principal": in{"AWS": "210987654321"}, "Action": []any{"ecr:BatchGetImage"}}
	awstest.RunRefusals(t, common, map[string]awstest.Refusal{
		"upper case":                   {Steps: repository(in{"name": "Web"}), Want: "invalid value for name"},
		"two slashes":                  {Steps: repository(in{"name": "a//b"}), Want: "invalid value for name"},
		"a duplicate":                  {Steps: repository(in{"name": "team/web"}), Want: "api error RepositoryAlreadyExistsException: The repository with name 'team/web' already exists in the registry with id '123456789012'"},
		"mutability":                   {Steps: repository(in{"imageTagMutability": "mutable"}), Want: "expected imageTagMutability to be one of"},
		"no such key":                  {Steps: repository(in{"encryptionConfigurations": []any{in{"encryptionType": "KMS", "kmsKey": "none"}}}), Want: "api error KmsException"},
		"a lifecycle":                  {Steps: lifecycle(rules(rule(1, old), rule(2, anything)))},
		"a lifecycle of nothing":       {Steps: awstest.One("it", lifecycleToken, in{"repository": "none", "policy": rules(rule(1, old))}), Want: "api error RepositoryNotFoundException: The repository with name 'none' does not exist"},
		"no rules":                     {Steps: lifecycle(`{}`), Want: "api error InvalidParameterException: Invalid parameter at 'LifecyclePolicyText'"},
		"any before others":            {Steps: lifecycle(rules(rule(1, anything), rule(2, old))), Want: "must have the highest value for rulePriority"},
		"a priority twice":             {Steps: lifecycle(rules(rule(1, old), rule(1, anything))), Want: "rulePriority 1 is used twice"},
		"tags without a prefix":        {Steps: lifecycle(rules(rule(1, awstest.Merge(anything, in{"tagStatus": "tagged"})))), Want: "tagPrefixList or tagPatternList is required"},
		"days of a count":              {Steps: lifecycle(rules(rule(1, awstest.Merge(anything, in{"countUnit": "days"})))), Want: "countUnit is days for countType sinceImagePushed"},
		"an action":                    {Steps: lifecycle(rules(awstest.Merge(rule(1, old), in{"action": in{"type": "delete"}}))), Want: "the type of an action is expire"},
		"a policy":                     {Steps: awstest.One("it", policyToken, in{"repository": "$web", "policy": awstest.Document(pull)})},
		"a policy without a principal": {Steps: awstest.One("it", policyToken, in{"repository": "$web", "policy": awstest.Document(in{"Effect": "Allow", "Action": "ecr:*"})}), Want: "api error InvalidParameterException"},
		"a policy with a resource":     {Steps: awstest.One("it", policyToken, in{"repository": "$web", "policy": awstest.Document(awstest.Merge(pull, in{"Resource": "*"}))}), Want: "Has prohibited field Resource"},
		"a policy that is none":        {Steps: awstest.One("it", policyToken, in{"repository": "$web", "policy": "{"}), Want: "contains an invalid JSON policy"},
	})
}

func TestRepository(t *testing.T) {
	t.Parallel()
	h := awstest.NewAccount(t, true).Use(in{"region": "eu-west-1"}).History().All(
		awstest.Step{Name: "MyApp", Type: repositoryToken, Inputs: in{}},
		awstest.Step{Name: "web", Type: repositoryToken, Inputs: in{"name": "web"}})
	require.Regexp(t, "^myapp-[0-9a-f]{7}$", h.IDs["MyApp"])
	require.Equal(t, "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web", h.Output("web", "repositoryUrl"))
	require.Equal(t, "arn:aws:ecr:eu-west-1:123456789012:repository/web", h.Output("web", "arn"))
	answer, err := h.Invoke(t.Context(), provider.InvokeRequest{Token: tokens.Type("aws:ecr/getAuthorizationToken:getAuthorizationToken")})
	require.NoError(t, err)
	require.True(t, resource.ToResourcePropertyMap(answer.Return)["password"].IsSecret())
	found, err := h.Call("aws:ecr/getRepository:getRepository", in{"name": "web"})
	require.NoError(t, err)
	require.Equal(t, h.Output("web", "repositoryUrl"), found["repositoryUrl"])
}
