package taggable

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/metadata"
)

const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate"

// templateTagger adds tags to launch templates and to their tag specifications. It omits the commit: a template that
// changes with every commit would replace the instances with every commit.
type templateTagger struct{ metadata.Tagger }

var _ metadata.Tagger = templateTagger{}

// Add implements metadata.Tagger.
func (c templateTagger) Add(inputs pulumi.Input, m metadata.Metadata) (pulumi.Input, error) {
	m.Commit = ""
	tagged, err := c.Tagger.Add(inputs, m)
	if err != nil {
		return nil, err
	}
	return metadata.Overlay(tagged, "tagSpecifications", func(existing pulumi.Input) (pulumi.Input, error) {
		switch all := existing.(type) {
		case nil:
			return nil, nil
		case ec2.LaunchTemplateTagSpecificationArray:
			return c.specifications(all, m)
		}
		return nil, fmt.Errorf("tag specifications have the type %T, expected a known list", existing)
	})
}

func (c templateTagger) specifications(
	all ec2.LaunchTemplateTagSpecificationArray, m metadata.Metadata,
) (ec2.LaunchTemplateTagSpecificationArray, error) {
	out := make(ec2.LaunchTemplateTagSpecificationArray, 0, len(all))
	for _, one := range all {
		// Each has its own tags.
		tagged, err := c.Tagger.Add(pointer(one), m)
		if err != nil {
			return nil, err
		}
		specification, ok := tagged.(ec2.LaunchTemplateTagSpecificationInput)
		if !ok {
			return nil, fmt.Errorf("a tag specification has the type %T: expected its arguments", one)
		}
		out = append(out, specification)
	}
	return out, nil
}

// pointer returns arguments as a pointer, which taggers require.
func pointer(in ec2.LaunchTemplateTagSpecificationInput) pulumi.Input {
	if args, ok := in.(ec2.LaunchTemplateTagSpecificationArgs); ok {
		return &args
	}
	return in
}

// Read implements metadata.Tagger: it returns the tags that the template and all its specifications have.
func (c templateTagger) Read(inputs resource.PropertyMap) map[string]string {
	out := c.Tagger.Read(inputs)
	for _, one := range list(inputs["tagSpecifications"]) {
		if !one.IsObject() {
			continue
		}
		tagged := c.Tagger.Read(one.ObjectValue())
		for key, value := range out {
			if tagged[key] != value {
				delete(out, key)
			}
		}
	}
	return out
}

// list returns the entries of a list, or none.
func list(v resource.PropertyValue) []resource.PropertyValue {
	for v.IsSecret() {
		v = v.SecretValue().Element
	}
	if !v.IsArray() {
		return nil
	}
	return v.ArrayValue()
}
