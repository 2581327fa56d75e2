package reference_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/policy/reference"
)

func TestSimilarFindsMisspeltNames(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		find       func(string) (string, bool)
		word, want string
	}{
		"plural action":         {reference.SimilarAction, "s3:GetObjects", "s3:GetObject"},
		"letter of an action":   {reference.SimilarAction, "ec2:DescribeInstnces", "ec2:DescribeInstances"},
		"service of an action":  {reference.SimilarAction, "ec3:RunInstances", "ec2:RunInstances"},
		"new version":           {reference.SimilarAction, "s3:GetObjectV2", ""},
		"other action":          {reference.SimilarAction, "s3:GetWeather", ""},
		"other service":         {reference.SimilarAction, "weather:GetObject", ""},
		"digit of a principal":  {reference.SimilarPrincipal, "ec3.amazonaws.com", "ec2.amazonaws.com"},
		"letter of a principal": {reference.SimilarPrincipal, "lamda.amazonaws.com", "lambda.amazonaws.com"},
		"new service":           {reference.SimilarPrincipal, "weather.amazonaws.com", ""},
		"new version of one":    {reference.SimilarPrincipal, "lambda2.amazonaws.com", ""},
		"global key":            {reference.SimilarKey, "aws:SourceAcount", "aws:SourceAccount"},
		"key of a service":      {reference.SimilarKey, "s3:prefx", "s3:prefix"},
		"key with a tag":        {reference.SimilarKey, "aws:PrincipalTags/team", "aws:PrincipalTag/team"},
		"managed policy":        {reference.SimilarManaged, "AmazonS3FullAcces", "AmazonS3FullAccess"},
		"own managed policy":    {reference.SimilarManaged, "OurPolicy", ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := tc.find(tc.word)
			require.Equal(t, tc.want, got)
			require.Equal(t, tc.want != "", ok)
		})
	}
}
