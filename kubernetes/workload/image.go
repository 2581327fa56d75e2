package workload

import (
	"fmt"
	"strings"

	"github.com/distribution/reference"

	"github.com/ashlar-iac/ashlar/kubernetes/internal/apirules"
)

// imageReference is the rule of images that are outputs. Whether they have a version is not checked.
var imageReference = apirules.NewRule(func(image string) bool {
	_, err := reference.ParseNormalizedNamed(image)
	return err == nil
}, "use an image such as registry.example.com/web:1.2.3")

// checkImage returns what is wrong with an image reference, or "".
func checkImage(image string, allowLatest bool) string {
	ref, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return fmt.Sprintf("found the string %q, expected an image such as registry.example.com/web:1.2.3", image)
	}
	if _, ok := ref.(reference.Digested); ok || allowLatest {
		return ""
	}
	tagged, ok := ref.(reference.Tagged)
	if !ok {
		return fmt.Sprintf("image %q has no tag: add a version tag or a digest", image)
	}
	if strings.EqualFold(tagged.Tag(), "latest") {
		return fmt.Sprintf("image %q has the tag latest: use a version tag or a digest, or set allowLatest", image)
	}
	return ""
}
