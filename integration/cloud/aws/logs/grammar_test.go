package logs_test

import (
	"testing"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

func TestLogGroupNamesAndTags(t *testing.T) {
	t.Parallel()
	group := func(inputs in) []awstest.Step { return awstest.One("group", kernel.LogGroupToken, inputs) }
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"a path":               {Steps: group(in{"name": "/aws/lambda/web"})},
		"all characters":       {Steps: group(in{"name": "a-Z_0/b.c#d"})},
		"a reserved name":      {Steps: group(in{"name": "aws/web"}), Want: "api error InvalidParameterException: Log groups starting with AWS/ are reserved for AWS."},
		"the key's id":         {Steps: group(in{"name": "a", "kmsKeyId": "1234"}), Want: "is an invalid ARN"},
		"tags":                 {Steps: group(in{"name": "a", "tags": in{"team": "größe: a/b+c=d@e.f_g-1"}})},
		"a tag's value":        {Steps: group(in{"name": "a", "tags": in{"team": "a#b"}}), Want: `InvalidParameterException: The TagValue "a#b" of team`},
		"a tag's key":          {Steps: group(in{"name": "a", "tags": in{"team?": "a"}}), Want: "The TagKey"},
		"an empty key":         {Steps: group(in{"name": "a", "tags": in{"": "a"}}), Want: "a tag's key has 1 to 128 characters"},
		"keys of another case": {Steps: group(in{"name": "a", "tags": in{"owner": "a", "Owner": "b"}})},
	})
}
