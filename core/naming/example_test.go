package naming_test

import (
	"errors"
	"fmt"

	"github.com/ashlar-iac/ashlar/core/failure"
	"github.com/ashlar-iac/ashlar/core/naming"
)

// One name for several types: unchanged where it fits, truncated and with a hash elsewhere.
func Example() {
	name := naming.Name{Parts: []string{"acme", "production", "search", "media", "blue"}}
	rules := naming.AWS()
	for _, token := range []string{"aws:s3/bucket:Bucket", "aws:kms/alias:Alias", "aws:lb/targetGroup:TargetGroup"} {
		text, err := name.For(rules[token])
		fmt.Println(text, err)
	}
	// Output:
	// acme-production-search-media-blue <nil>
	// alias/acme-production-search-media-blue <nil>
	// acme-production-search-hvzywdg5 <nil>
}

// The boundaries of parts count, so that different lists of parts get different names.
func ExampleName() {
	rule := naming.Kubernetes()["kubernetes:core/v1:Namespace"]
	for _, n := range []naming.Name{
		{Parts: []string{"shop", "api", "blue"}},
		{Parts: []string{"shop", "api-blue"}},
		{Parts: []string{"shop-api", "blue"}},
		{Parts: []string{"shop", "api-blue"}, Flat: true},
	} {
		text, err := n.For(rule)
		fmt.Println(text, err)
	}
	// Output:
	// shop-api-blue <nil>
	// shop-api-blue-cbw5qhz6 <nil>
	// shop-api-blue-qly4l45l <nil>
	// shop-api-blue <nil>
}

// The account makes a name unique among those of other owners.
func ExampleName_unique() {
	name := naming.Name{Parts: []string{"acme", "prod", "logs"}, Unique: []string{"123456789012", "eu-west-1"}}
	text, err := name.For(naming.AWS()["aws:s3/bucket:Bucket"])
	fmt.Println(text, err)
	text, err = name.For(naming.Azure()["azure-native:storage:StorageAccount"])
	fmt.Println(text, err)
	// Output:
	// acme-prod-logs-m06ltrpv <nil>
	// acmeprodlogsm06ltrpv <nil>
}

// A logical name leaves room for auto-naming.
func ExampleName_reserve() {
	rule := naming.AWS()["aws:lb/loadBalancer:LoadBalancer"]
	text, err := naming.Name{
		Parts:   []string{"acme", "production", "search", "blue"},
		Reserve: naming.ReserveBridged,
	}.For(rule)
	fmt.Println(text, len(text), err)
	// Output:
	// acme-production-n0jy3cj4 24 <nil>
}

// A configured name is checked and not changed.
func ExampleRule_Check() {
	rule := naming.AWS()["aws:s3/bucket:Bucket"]
	err := rule.Check("My_bucket-")
	for problem := range failure.All(err) {
		var details *naming.NameError
		if errors.As(problem, &details) {
			fmt.Println("buckets.main.name:", details.Message)
		}
	}
	// Output:
	// buckets.main.name: invalid characters "M" and "_": use lower case letters, digits, "-" and "."
	// buckets.main.name: it must not start with "M": use lower case letters and digits
	// buckets.main.name: it must not end with "-": use lower case letters and digits
}
