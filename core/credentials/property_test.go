package credentials_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/ashlar-iac/ashlar/core/credentials"
)

// values are what a variable can hold, of every kind, right and wrong.
func values() []string {
	return []string{
		"", " ", canary, " " + canary, canary + "\n", canary + "\n" + canary, "true", "false", "TRUE", "/token", "/empty", "/directory",
		locked, "/" + canary, list("/token", "/"+canary), "https://" + canary + ".example.com/" + canary, "ftp://" + canary,
		"http://%zz" + canary, "/v2/" + canary, "https://user:" + canary + "@example.com:" + canary,
	}
}

// drawEnvironment sets any of all clouds' variables to anything.
func drawEnvironment(t *rapid.T) environment {
	e := environment{}
	for _, cloud := range credentials.Clouds() {
		for _, v := range credentials.Variables(cloud) {
			if rapid.Bool().Draw(t, v.Name+" is set") {
				e[v.Name] = rapid.SampledFrom(values()).Draw(t, v.Name)
			}
		}
	}
	return e
}

// drawSources restricts a cloud's sources, or does not.
func drawSources(t *rapid.T, cloud credentials.Cloud) []credentials.Source {
	var all []credentials.Source
	for _, a := range credentials.Alternatives(cloud) {
		all = append(all, a.Source)
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(all), 0, len(all), rapid.ID).Draw(t, "sources of "+string(cloud))
}

// checkNoValue resolves all clouds in a random environment.
func checkNoValue(t *rapid.T) {
	r := resolver(drawEnvironment(t))
	aws, awsErr := r.AWS(credentials.AWSRequest{Sources: drawSources(t, credentials.CloudAWS)})
	azure, azureErr := r.Azure(credentials.AzureRequest{Sources: drawSources(t, credentials.CloudAzure)})
	cluster, clusterErr := r.Kubernetes(credentials.KubernetesRequest{Sources: drawSources(t, credentials.CloudKubernetes)})
	for _, err := range []error{awsErr, azureErr, clusterErr} {
		if err != nil {
			forbid(t, fmt.Sprintf("%v %+v %#v", err, err, err))
			text, _ := json.Marshal(err)
			forbid(t, string(text))
		}
	}
	for _, result := range []fmt.Stringer{aws, azure, cluster} {
		forbid(t, fmt.Sprintf("%s %v %+v", result, result, result))
	}
	for _, secret := range []credentials.Secret{aws.SecretAccessKey, azure.ClientSecret, azure.OIDCToken} {
		if v := secret.Reveal(); v != "" && (v[0] == ' ' || v[len(v)-1] == '\n') {
			t.Fatalf("a pasted value was taken: %q", v)
		}
	}
	if (awsErr == nil) != (aws.Source != "") || (azureErr == nil) != (azure.Source != "") {
		t.Fatal("there is a source exactly when there is no error")
	}
}

func forbid(t *rapid.T, text string) {
	for _, part := range []string{canary, fmt.Sprintf("%x", canary), locked, "/directory", "/token"} {
		if contains(text, part) {
			t.Fatalf("%q holds %q", text, part)
		}
	}
}

func TestErrorsAndResultsContainNoValue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, checkNoValue)
}

func FuzzErrorsAndResultsContainNoValue(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkNoValue)) }
