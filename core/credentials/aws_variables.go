package credentials

// The variables of AWS. Their names and meaning are those of the AWS SDKs and
// Tools Reference Guide, page "Environment variables support".
const (
	EnvAWSAccessKeyID                     = "AWS_ACCESS_KEY_ID"
	EnvAWSSecretAccessKey                 = "AWS_SECRET_ACCESS_KEY"
	EnvAWSSessionToken                    = "AWS_SESSION_TOKEN"
	EnvAWSWebIdentityTokenFile            = "AWS_WEB_IDENTITY_TOKEN_FILE"
	EnvAWSRoleARN                         = "AWS_ROLE_ARN"
	EnvAWSRoleSessionName                 = "AWS_ROLE_SESSION_NAME"
	EnvAWSProfile                         = "AWS_PROFILE"
	EnvAWSContainerCredentialsRelativeURI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
	EnvAWSContainerCredentialsFullURI     = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
	EnvAWSContainerAuthorizationToken     = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
	EnvAWSContainerAuthorizationTokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
	EnvAWSEC2MetadataDisabled             = "AWS_EC2_METADATA_DISABLED"
)

func awsVariables() []Variable {
	return []Variable{
		{EnvAWSAccessKeyID, KindSecret, "identifies the access key"},
		{EnvAWSSecretAccessKey, KindSecret, "is the access key's secret"},
		{EnvAWSSessionToken, KindSecret, "is the session token that temporary access keys need"},
		{EnvAWSWebIdentityTokenFile, KindFile, "names the file with the token that is exchanged for the role's credentials"},
		{EnvAWSRoleARN, KindText, "is the ARN of the role to assume with the web identity token"},
		{EnvAWSRoleSessionName, KindText, "names the session of the assumed role in logs; the provider makes a name up by default"},
		{EnvAWSProfile, KindText, "names a profile of the shared configuration and credentials files"},
		{EnvAWSContainerCredentialsRelativeURI, KindURLPath, "is the path of the task's credentials; Amazon ECS sets it"},
		{EnvAWSContainerCredentialsFullURI, KindURL, "is the address of the container's credentials; EKS Pod Identity sets it"},
		{EnvAWSContainerAuthorizationToken, KindSecret, "is sent to the address of the container's credentials"},
		{EnvAWSContainerAuthorizationTokenFile, KindFile, "names the file with the token that is sent to the address of the container's credentials; " +
			"it wins over " + EnvAWSContainerAuthorizationToken},
		{EnvAWSEC2MetadataDisabled, KindSwitch, "switches EC2 instance metadata off when it is true"},
	}
}

// awsRecipes follows the order of aws-sdk-go-v2, package config, which is the
// one of the AWS SDKs and Tools Reference Guide, page "Standardized credential
// providers". What is optional comes last.
func awsRecipes() []recipe {
	return []recipe{
		{
			Alternative: Alternative{
				Source:   AWSStaticKeys,
				Required: []string{EnvAWSAccessKeyID, EnvAWSSecretAccessKey},
				Optional: []string{EnvAWSSessionToken},
			},
		},
		{
			Alternative: Alternative{
				Source:   AWSWebIdentity,
				Required: []string{EnvAWSWebIdentityTokenFile, EnvAWSRoleARN},
				Optional: []string{EnvAWSRoleSessionName},
			},
			loose: []string{EnvAWSRoleSessionName},
		},
		{
			Alternative: Alternative{
				Source:   AWSProfile,
				Required: []string{EnvAWSProfile},
				Setting:  "a profile named in the configuration",
			},
		},
		{
			Alternative: Alternative{
				Source:   AWSContainer,
				OneOf:    [][]string{{EnvAWSContainerCredentialsRelativeURI}, {EnvAWSContainerCredentialsFullURI}},
				Optional: []string{EnvAWSContainerAuthorizationToken, EnvAWSContainerAuthorizationTokenFile},
			},
		},
		{
			Alternative: Alternative{
				Source:   AWSInstanceMetadata,
				Optional: []string{EnvAWSEC2MetadataDisabled},
				Setting:  "the EC2 instance metadata service",
			},
			onRequest:  true,
			always:     true,
			disabledBy: EnvAWSEC2MetadataDisabled,
		},
	}
}
