package credentials_test

import (
	"errors"
	"fmt"

	"github.com/ashlar-iac/ashlar/core/credentials"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// variables replaces the environment of the process.
func variables(set map[string]string) credentials.Option {
	return credentials.WithLookup(func(name string) (string, bool) {
		value, ok := set[name]
		return value, ok
	})
}

func Example() {
	r := credentials.New(variables(map[string]string{
		credentials.EnvAWSAccessKeyID:     "AKIAEXAMPLE",
		credentials.EnvAWSSecretAccessKey: "wJalrEXAMPLE",
	}))
	found, err := r.AWS(credentials.AWSRequest{Provider: "primary"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(found)
	fmt.Println(found.SecretAccessKey, len(found.SecretAccessKey.Reveal()))
	// Output:
	// environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
	// [secret] 12
}

func ExampleResolver_AWS_none() {
	r := credentials.New(variables(nil))
	_, err := r.AWS(credentials.AWSRequest{
		Provider: "primary",
		Sources:  []credentials.Source{credentials.AWSStaticKeys, credentials.AWSProfile},
	})
	fmt.Println(err)
	// Output:
	// find AWS credentials for provider primary: none found: set one of
	//   aws-static-keys: environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (optional: AWS_SESSION_TOKEN)
	//   aws-profile: environment variable AWS_PROFILE, or a profile named in the configuration
}

func ExampleResolver_Azure() {
	r := credentials.New(variables(map[string]string{
		credentials.EnvARMClientID:     "11111111-1111-1111-1111-111111111111",
		credentials.EnvARMClientSecret: "pasted with a line break\n",
	}))
	_, err := r.Azure(credentials.AzureRequest{
		TenantID: "22222222-2222-2222-2222-222222222222", SubscriptionID: "33333333-3333-3333-3333-333333333333",
	})
	fmt.Println(err)

	var details *credentials.Error
	if errors.As(err, &details) {
		fmt.Println(string(details.Source), errors.Is(err, failure.Credentials))
	}
	// Output:
	// find Azure credentials: invalid azure-client-secret:
	//   ARM_CLIENT_SECRET starts or ends with white space: remove it
	// azure-client-secret true
}

func ExampleResolver_Kubernetes() {
	r := credentials.New(variables(map[string]string{
		credentials.EnvKubernetesServiceHost: "10.0.0.1",
		credentials.EnvKubernetesServicePort: "",
	}))
	_, err := r.Kubernetes(credentials.KubernetesRequest{Provider: "prod"})
	fmt.Println(err)
	// Output:
	// find Kubernetes credentials for provider prod: invalid kubernetes-in-cluster:
	//   KUBERNETES_SERVICE_PORT is empty: set a value, or unset it
}

func ExampleAlternatives() {
	for _, a := range credentials.Alternatives(credentials.CloudAWS)[:2] {
		fmt.Println(a)
	}
	// Output:
	// environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (optional: AWS_SESSION_TOKEN)
	// environment variables AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN (optional: AWS_ROLE_SESSION_NAME)
}
