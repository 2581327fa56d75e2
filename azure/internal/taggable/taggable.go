// Package taggable knows the taggable resource types of Azure, and adds metadata to their tags.
package taggable

import (
	_ "embed" // for the list
	"reflect"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/networkapi"
	"github.com/ashlar-iac/ashlar/core/metadata"
)

// The types with a map of tags in the packages of the SDK that this module uses. A test compares the list with the SDK,
// and can update it.
//
//go:embed taggable.txt
var taggable string

// Tokens returns the listed types, sorted, without API versions.
func Tokens() []string { return strings.Fields(taggable) }

// version matches the API version in a token, such as /v20240101 in azure-native:storage/v20240101:StorageAccount.
var version = regexp.MustCompile(`/v[0-9]{8}(preview|privatepreview)?:`)

// Unversioned returns a token without its API version: all versions of a type are one type.
func Unversioned(token string) string { return version.ReplaceAllString(token, ":") }

// Types are the taggable types of Azure: those of the list, and any other type of azure-native whose arguments have a map
// of tags. The arguments of other types are not known when they come from another process, as with components in other
// languages: those have no metadata.
type Types struct{ listed metadata.Table }

var _ metadata.TaggableTypes = Types{}

// New returns the taggable types.
func New() Types {
	listed := metadata.Table{}
	// Those of networks are registered without the SDK, and their arguments are maps.
	for _, token := range append(Tokens(), networkapi.Taggable()...) {
		listed[token] = metadata.TagProperty("tags", platform(token))
	}
	return Types{listed}
}

// Tagger implements metadata.TaggableTypes.
func (t Types) Tagger(token string) metadata.Tagger {
	token = Unversioned(token)
	if tagger := t.listed.Tagger(token); tagger != nil {
		return tagger
	}
	if !strings.HasPrefix(token, "azure-native:") {
		return nil
	}
	return other{metadata.TagProperty("tags", platform(token))}
}

// Check implements metadata.TaggableTypes.
func (t Types) Check(m metadata.Metadata) error { return t.listed.Check(m) }

// Listed reports whether a type is in the list.
func (t Types) Listed(token string) bool { return t.listed.Tagger(Unversioned(token)) != nil }

// platform returns the limits of a type. Source: "Use tags to organize your Azure resources and management hierarchy",
// limitations; "About keys", Azure Key Vault documentation.
func platform(token string) metadata.Platform {
	const few = 15
	switch token {
	case "azure-native:storage:StorageAccount":
		return metadata.AzureStorage()
	case "azure-native:keyvault:Key", "azure-native:keyvault:Secret":
		return metadata.Azure().AtMost(few)
	}
	switch pkg := strings.Split(token, ":"); pkg[1] {
	case "automation", "cdn", "apimanagement":
		return metadata.Azure().AtMost(few)
	}
	return metadata.Azure()
}

// other tags resources whose arguments have a map of tags, which it finds out from their type.
type other struct{ metadata.Tagger }

// Add implements metadata.Tagger.
func (o other) Add(inputs pulumi.Input, m metadata.Metadata) (pulumi.Input, error) {
	if !hasTags(inputs) {
		return inputs, nil
	}
	return o.Tagger.Add(inputs, m)
}

// Read implements metadata.Tagger.
func (o other) Read(inputs resource.PropertyMap) map[string]string { return o.Tagger.Read(inputs) }

func hasTags(inputs pulumi.Input) bool {
	t := reflect.TypeOf(inputs)
	if t == nil || t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
		return false
	}
	field, ok := t.Elem().FieldByName("Tags")
	return ok && field.Type == reflect.TypeFor[pulumi.StringMapInput]()
}
