package taggable

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/autoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/metadata"
)

const scalingGroup = "aws:autoscaling/group:Group"

// groupTagger adds tags to Auto Scaling groups, whose tags are a list, and propagates them to the instances.
type groupTagger struct{}

var _ metadata.Tagger = groupTagger{}

// Add implements metadata.Tagger.
func (groupTagger) Add(inputs pulumi.Input, m metadata.Metadata) (pulumi.Input, error) {
	return metadata.Overlay(inputs, "tags", func(existing pulumi.Input) (pulumi.Input, error) {
		var known autoscaling.GroupTagArray
		switch all := existing.(type) {
		case nil:
		case autoscaling.GroupTagArray:
			known = all
		default:
			return nil, fmt.Errorf("tags have the type %T, expected a known list", existing)
		}
		return addTags(known, m)
	})
}

// addTags returns the known tags and those of the metadata with other keys.
func addTags(known autoscaling.GroupTagArray, m metadata.Metadata) (autoscaling.GroupTagArray, error) {
	taken := pulumi.StringMap{}
	for i, tag := range known {
		key, ok := keyOf(tag)
		if !ok {
			return nil, fmt.Errorf("the key of tag %d is unknown", i)
		}
		taken[key] = pulumi.String("")
	}
	added, err := metadata.AWS().Add(taken, m)
	if err != nil {
		return nil, err
	}
	out, all := slices.Clone(known), added.(pulumi.StringMap)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if _, ok := taken[key]; !ok {
			out = append(out, &autoscaling.GroupTagArgs{
				Key: pulumi.String(key), Value: all[key], PropagateAtLaunch: pulumi.Bool(true),
			})
		}
	}
	return out, nil
}

func keyOf(in autoscaling.GroupTagInput) (string, bool) {
	var key pulumi.StringInput
	switch tag := in.(type) {
	case *autoscaling.GroupTagArgs:
		key = tag.Key
	case autoscaling.GroupTagArgs:
		key = tag.Key
	}
	text, ok := key.(pulumi.String)
	return string(text), ok
}

// Read implements metadata.Tagger.
func (groupTagger) Read(inputs resource.PropertyMap) map[string]string {
	out := map[string]string{}
	for _, one := range list(inputs["tags"]) {
		if !one.IsObject() {
			continue
		}
		tag := one.ObjectValue()
		if key := tag["key"]; key.IsString() {
			out[key.StringValue()] = ""
			if value := tag["value"]; value.IsString() {
				out[key.StringValue()] = value.StringValue()
			}
		}
	}
	return out
}
