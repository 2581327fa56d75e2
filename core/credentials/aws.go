package credentials

import "slices"

// AWSRequest asks for credentials of AWS. The zero value asks for any, in the
// default order.
type AWSRequest struct {
	// Provider is the name of the provider that needs them, such as "primary",
	// for messages. Empty means that messages name none.
	Provider string
	// Sources restricts where credentials may come from, in this order. Empty
	// means Sources(CloudAWS), with AWSProfile first when Profile is set, as the
	// AWS SDK has it.
	Sources []Source
	// Profile is the name of the profile to use, which is a setting that
	// configuration may give. Empty means the variable AWS_PROFILE. The profile
	// named "default" is not used unless one of them names it.
	Profile string
}

// AWS holds credentials of AWS. Which fields are set depends on Source; the
// others are empty. It prints as its [Origin].
type AWS struct {
	Origin

	// AccessKeyID and SecretAccessKey are set for AWSStaticKeys.
	AccessKeyID, SecretAccessKey Secret
	// SessionToken is set for AWSStaticKeys if the access key is temporary.
	SessionToken Secret

	// WebIdentityTokenFile and RoleARN are set for AWSWebIdentity. The file could
	// be read, and is left to the provider, as it is written anew when the token
	// expires.
	WebIdentityTokenFile, RoleARN string
	// RoleSessionName is set for AWSWebIdentity if a name is given.
	RoleSessionName string

	// Profile is set for AWSProfile. Whether there is such a profile is for the
	// provider to find out.
	Profile string

	// ContainerRelativeURI or ContainerFullURI is set for AWSContainer.
	ContainerRelativeURI, ContainerFullURI string
	// ContainerToken and ContainerTokenFile are set for AWSContainer if they are
	// given; the file wins.
	ContainerToken     Secret
	ContainerTokenFile string
}

// AWS returns the credentials that the environment holds for the request. The
// order, and what wins within a source, are those of the AWS SDK for Go (AWS
// SDKs and Tools Reference Guide, "Standardized credential providers").
//
// The error is an [*Error] of the class failure.Credentials, or of the class
// failure.Configuration when the request names a source that AWS does not have.
func (r *Resolver) AWS(req AWSRequest) (AWS, error) {
	s := search{
		Resolver: r, cloud: CloudAWS, subject: provider(req.Provider), sources: req.Sources,
		given: map[string]string{EnvAWSProfile: req.Profile},
	}
	if len(s.sources) == 0 && req.Profile != "" {
		s.sources = slices.Insert(Sources(CloudAWS), 0, AWSProfile)
	}
	f, err := s.run()
	if err != nil {
		return AWS{}, err
	}
	return AWS{
		Origin:               f.Origin,
		AccessKeyID:          f.secret(EnvAWSAccessKeyID),
		SecretAccessKey:      f.secret(EnvAWSSecretAccessKey),
		SessionToken:         f.secret(EnvAWSSessionToken),
		WebIdentityTokenFile: f.values[EnvAWSWebIdentityTokenFile],
		RoleARN:              f.values[EnvAWSRoleARN],
		RoleSessionName:      f.values[EnvAWSRoleSessionName],
		Profile:              f.values[EnvAWSProfile],
		ContainerRelativeURI: f.values[EnvAWSContainerCredentialsRelativeURI],
		ContainerFullURI:     f.values[EnvAWSContainerCredentialsFullURI],
		ContainerToken:       f.secret(EnvAWSContainerAuthorizationToken),
		ContainerTokenFile:   f.values[EnvAWSContainerAuthorizationTokenFile],
	}, nil
}

// provider returns how messages name a provider.
func provider(name string) string {
	if name == "" {
		return ""
	}
	return "provider " + name
}
