package provider_test

import (
	"fmt"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/provider"
)

// A module adds its configured providers. They are created on the first request.
func Example() {
	registry := provider.NewRegistry()
	for name, place := range map[string]string{"primary": "eu-west-1", "dr": "eu-central-1"} {
		info := core.ProviderInfo{Module: "aws", Name: name, Region: place}
		if err := provider.Add(registry, info, func() (*region, error) {
			fmt.Println("creating", info)
			return &region{}, nil
		}); err != nil {
			fmt.Println(err)
		}
	}
	for range 2 {
		if _, err := provider.Get[*region](registry, "aws", "dr"); err != nil {
			fmt.Println(err)
		}
	}
	_, err := provider.Get[*region](registry, "aws", "backup")
	fmt.Println(err)
	// Output:
	// creating aws/dr (eu-central-1)
	// find provider "backup" of module aws: unknown provider, expected one of: dr, primary
}
