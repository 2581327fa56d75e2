package failure_test

import (
	"errors"
	"fmt"

	"github.com/ashlar-iac/ashlar/core/failure"
)

func Example() {
	err := failure.Join(
		failure.New(failure.Version, "resolve", "component istio", "no version fits %q", ">9"),
		failure.New(failure.Credentials, "find", "credentials of provider primary", "AWS_SECRET_ACCESS_KEY is not set"),
	)
	for problem := range failure.All(err) {
		var details *failure.Error
		if errors.As(problem, &details) {
			fmt.Printf("%s: %s\n", details.Class, details.Subject)
		}
	}
	fmt.Println(errors.Is(err, failure.Credentials))
	// Output:
	// version failure: component istio
	// credentials failure: credentials of provider primary
	// true
}
