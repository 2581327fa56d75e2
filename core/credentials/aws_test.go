package credentials_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/credentials"
)

func TestAWS(t *testing.T) {
	t.Parallel()
	keys := environment{credentials.EnvAWSAccessKeyID: "AKIA", credentials.EnvAWSSecretAccessKey: canary}
	with := func(pairs ...string) environment {
		out := environment{}
		for k, v := range keys {
			out[k] = v
		}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i]] = pairs[i+1]
		}
		return out
	}
	origin := func(s credentials.Source, names ...string) credentials.Origin {
		return credentials.Origin{Source: s, Variables: names}
	}
	static := credentials.AWS{
		Origin:      origin(credentials.AWSStaticKeys, credentials.EnvAWSAccessKeyID, credentials.EnvAWSSecretAccessKey),
		AccessKeyID: credentials.NewSecret("AKIA"), SecretAccessKey: credentials.NewSecret(canary),
	}
	temporary := static
	temporary.Origin = origin(credentials.AWSStaticKeys,
		credentials.EnvAWSAccessKeyID, credentials.EnvAWSSecretAccessKey, credentials.EnvAWSSessionToken)
	temporary.SessionToken = credentials.NewSecret("session")

	tests := map[string]struct {
		reason string
		env    environment
		req    credentials.AWSRequest
		want   credentials.AWS
	}{
		"StaticKeys": {reason: "two variables are enough", env: keys, want: static},
		"SessionToken": {
			reason: "temporary keys bring a token",
			env:    with(credentials.EnvAWSSessionToken, "session"), want: temporary,
		},
		"EmptySessionToken": {
			reason: "CI systems set optional variables to the empty string",
			env:    with(credentials.EnvAWSSessionToken, ""), want: static,
		},
		"KeysBeforeTheRest": {
			reason: "keys precede web identity and AWS_PROFILE, as in the SDK; later sources are not checked",
			env:    with(credentials.EnvAWSRoleARN, "arn", credentials.EnvAWSProfile, "dev"), want: static,
		},
		"WebIdentity": {
			reason: "the file is checked and not read",
			env: environment{
				credentials.EnvAWSWebIdentityTokenFile: "/token", credentials.EnvAWSRoleARN: "arn",
				credentials.EnvAWSRoleSessionName: "session", credentials.EnvAWSProfile: "dev",
			},
			want: credentials.AWS{
				Origin: origin(credentials.AWSWebIdentity, credentials.EnvAWSWebIdentityTokenFile,
					credentials.EnvAWSRoleARN, credentials.EnvAWSRoleSessionName),
				WebIdentityTokenFile: "/token", RoleARN: "arn", RoleSessionName: "session",
			},
		},
		"SessionNameAlone": {
			reason: "a session name selects no source",
			env:    environment{credentials.EnvAWSRoleSessionName: "s", credentials.EnvAWSProfile: "dev"},
			want:   credentials.AWS{Origin: origin(credentials.AWSProfile, credentials.EnvAWSProfile), Profile: "dev"},
		},
		"ProfileOfTheRequest": {
			reason: "a profile of the request precedes the environment, as in the SDK",
			env:    with(credentials.EnvAWSProfile, "dev"),
			req:    credentials.AWSRequest{Profile: "prod"},
			want:   credentials.AWS{Origin: origin(credentials.AWSProfile), Profile: "prod"},
		},
		"RestrictedAndReordered": {
			reason: "sources that the request omits are ignored, even incomplete ones",
			env:    environment{credentials.EnvAWSAccessKeyID: "AKIA", credentials.EnvAWSProfile: "dev"},
			req:    credentials.AWSRequest{Sources: []credentials.Source{credentials.AWSProfile}},
			want:   credentials.AWS{Origin: origin(credentials.AWSProfile, credentials.EnvAWSProfile), Profile: "dev"},
		},
		"ContainerOfECS": {
			reason: "the relative address wins over the full one",
			env: environment{
				credentials.EnvAWSContainerCredentialsRelativeURI: "/v2/creds",
				credentials.EnvAWSContainerCredentialsFullURI:     "http://localhost/creds",
			},
			want: credentials.AWS{
				Origin:               origin(credentials.AWSContainer, credentials.EnvAWSContainerCredentialsRelativeURI),
				ContainerRelativeURI: "/v2/creds",
			},
		},
		"PodIdentityOfEKS": {
			reason: "EKS sets an address and a token file",
			env: environment{
				credentials.EnvAWSContainerCredentialsFullURI:     "http://169.254.170.23/v1/credentials",
				credentials.EnvAWSContainerAuthorizationTokenFile: "/token",
			},
			want: credentials.AWS{
				Origin: origin(credentials.AWSContainer, credentials.EnvAWSContainerCredentialsFullURI,
					credentials.EnvAWSContainerAuthorizationTokenFile),
				ContainerFullURI: "http://169.254.170.23/v1/credentials", ContainerTokenFile: "/token",
			},
		},
		"InstanceMetadata": {
			reason: "it is used when the request names it and nothing else is set",
			env:    environment{credentials.EnvAWSEC2MetadataDisabled: "false"},
			req: credentials.AWSRequest{
				Sources: append(credentials.Sources(credentials.CloudAWS), credentials.AWSInstanceMetadata),
			},
			want: credentials.AWS{Origin: origin(credentials.AWSInstanceMetadata)},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := resolver(tc.env).AWS(tc.req)
			require.NoError(t, err, tc.reason)
			assert.Empty(t, cmp.Diff(tc.want, got), "%s (-want +got)", tc.reason)
		})
	}
}

func TestAWSRejects(t *testing.T) {
	t.Parallel()
	runRejections(t, func(e environment) error {
		_, err := resolver(e).AWS(credentials.AWSRequest{Provider: "primary"})
		return err
	}, map[string]rejection{
		"SecretMissing": {
			reason: "an incomplete pair is not replaced by the profile",
			env:    environment{"AWS_ACCESS_KEY_ID": canary, "AWS_PROFILE": "dev"},
			source: credentials.AWSStaticKeys,
			want:   []string{"AWS_SECRET_ACCESS_KEY is not set, but AWS_ACCESS_KEY_ID is"},
		},
		"SessionTokenAlone": {
			reason: "a token belongs to keys",
			env:    environment{"AWS_SESSION_TOKEN": canary},
			source: credentials.AWSStaticKeys,
			want:   []string{"AWS_ACCESS_KEY_ID is not set, but AWS_SESSION_TOKEN is", "AWS_SECRET_ACCESS_KEY is not set"},
		},
		"KeysEmpty": {
			reason: "a variable of a CI system without a value",
			env:    environment{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": canary},
			source: credentials.AWSStaticKeys,
			want:   []string{"AWS_ACCESS_KEY_ID is empty"},
		},
		"Pasted": {
			reason: "pasted values have white space around them",
			env:    environment{"AWS_ACCESS_KEY_ID": " " + canary, "AWS_SECRET_ACCESS_KEY": canary + "\n"},
			source: credentials.AWSStaticKeys,
			want:   []string{"AWS_ACCESS_KEY_ID starts or ends with white space", "AWS_SECRET_ACCESS_KEY starts or ends with white space"},
		},
		"PastedInTheMiddle": {
			reason: "pasted values have line breaks",
			env:    environment{"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": canary + "\n" + canary},
			source: credentials.AWSStaticKeys,
			want:   []string{"AWS_SECRET_ACCESS_KEY contains a line break"},
		},
		"RoleAlone": {
			reason: "the SDK ignores a role without a token and uses another identity",
			env:    environment{"AWS_ROLE_ARN": canary, "AWS_PROFILE": "dev"},
			source: credentials.AWSWebIdentity,
			want:   []string{"AWS_WEB_IDENTITY_TOKEN_FILE is not set, but AWS_ROLE_ARN is"},
		},
		"TokenFileMissing": {
			reason: "the path is not shown",
			env:    environment{"AWS_WEB_IDENTITY_TOKEN_FILE": "/" + canary, "AWS_ROLE_ARN": "arn"},
			source: credentials.AWSWebIdentity,
			want:   []string{"AWS_WEB_IDENTITY_TOKEN_FILE names a file that does not exist"},
		},
		"TokenFileIsADirectory": {
			reason: "a directory is no token file",
			env:    environment{"AWS_WEB_IDENTITY_TOKEN_FILE": "/directory", "AWS_ROLE_ARN": "arn"},
			source: credentials.AWSWebIdentity,
			want:   []string{"AWS_WEB_IDENTITY_TOKEN_FILE names a directory"},
		},
		"TokenFileLocked": {
			reason: "missing permissions are named",
			env:    environment{"AWS_WEB_IDENTITY_TOKEN_FILE": locked, "AWS_ROLE_ARN": "arn"},
			source: credentials.AWSWebIdentity,
			want:   []string{"AWS_WEB_IDENTITY_TOKEN_FILE names a file that is not readable by the current user"},
		},
		"TokenFileEmpty": {
			reason: "an empty token is none",
			env:    environment{"AWS_WEB_IDENTITY_TOKEN_FILE": "/empty", "AWS_ROLE_ARN": "arn"},
			source: credentials.AWSWebIdentity,
			want:   []string{"AWS_WEB_IDENTITY_TOKEN_FILE names an empty file"},
		},
		"EmptyProfile": {
			reason: "a required value is not empty",
			env:    environment{"AWS_PROFILE": ""},
			source: credentials.AWSProfile,
			want:   []string{"AWS_PROFILE is empty"},
		},
		"ContainerTokenAlone": {
			reason: "a token belongs to an endpoint",
			env:    environment{"AWS_CONTAINER_AUTHORIZATION_TOKEN": canary},
			source: credentials.AWSContainer,
			want:   []string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI is not set"},
		},
		"ContainerAddress": {
			reason: "a URL without a host",
			env:    environment{"AWS_CONTAINER_CREDENTIALS_FULL_URI": canary},
			source: credentials.AWSContainer,
			want:   []string{"AWS_CONTAINER_CREDENTIALS_FULL_URI must be an http or https URL"},
		},
		"ContainerPath": {
			reason: "a path starts with a slash",
			env:    environment{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": canary},
			source: credentials.AWSContainer,
			want:   []string{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must be the path of a URL"},
		},
		"Nothing": {
			reason: "all alternatives are listed",
			env:    environment{"AWS_REGION": canary},
			want: []string{
				"find AWS credentials for provider primary: none found: set one of",
				"AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (optional: AWS_SESSION_TOKEN)",
				"AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN", "AWS_PROFILE, or a profile named in the configuration",
				"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI",
			},
		},
	})
}

func TestInstanceMetadataCanBeDisabled(t *testing.T) {
	t.Parallel()
	e := environment{credentials.EnvAWSEC2MetadataDisabled: "TRUE"}
	_, err := resolver(e).AWS(credentials.AWSRequest{Sources: []credentials.Source{credentials.AWSInstanceMetadata}})
	require.ErrorContains(t, err, "none found: set one of\n  aws-instance-metadata: the EC2 instance metadata service")
}
