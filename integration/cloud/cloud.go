package cloud

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Cloud describes a simulated cloud.
type Cloud struct {
	// Name is the name of the provider's package. Required.
	Name string
	// Version is the version of the provider that it simulates. Default: none.
	Version string
	// Signatures are the types of the arguments and results of functions, by token. Default: any arguments are accepted,
	// and languages without a generated SDK do not know the function.
	Signatures map[string]Signature
	// Page is the documentation that says how to add a type. Errors for uncovered types refer to it. Default: none.
	Page string
	// Services are the types and functions that it covers. Required.
	Services []Service
	// Token returns the token under which [Cloud.Services] has a type or a function, for clouds that have several
	// tokens for one type, such as one for each version of an API. Default: the token itself.
	Token func(token string) string
	// OtherTokens returns the other tokens of a type or a function, for the schema. Default: none.
	OtherTokens func(token string) []string
	// Configure reads the provider's configuration. It returns the problems by property. Required.
	Configure func(resource.PropertyMap) (Scope, map[string]string)
	// Config is an empty value of the SDK's arguments of the provider. Default: every setting is accepted.
	Config pulumi.Input
	// ConfigReplaces are the settings whose change replaces the provider and all its resources. Default: none.
	ConfigReplaces []string
	// Tags says which properties are tags. Default: there are no tags.
	Tags Tags
	// Check checks the inputs of all types, after [Type.Check]. Default: nothing.
	Check func(*Checker)
	// KeepsInputs says that the provider keeps the inputs of a resource as a secret in its state, next to the outputs, as
	// azure-native does. Default: false.
	KeepsInputs bool
	// ImportsAnswers says that the inputs of a resource that is imported are all outputs that can be inputs, also those that
	// the cloud completed, as azure-native does. Default: they are the inputs with which it was created.
	ImportsAnswers bool
	// AutoName names a resource whose type has a name and whose inputs have none. random gives the same name in preview
	// and update. Required if a type has [Type.Name], but not [Type.AutoName].
	AutoName func(resource string, random *rand.Rand) string
	// NamePrefix is for clouds that complete the beginning of a name. Default: none.
	NamePrefix NamePrefix
	// Converts says that the provider converts inputs of another type, as providers on the Terraform bridge do: a
	// JSON document for a text, a number for a text, one value for a list. Default: false, and they are problems.
	Converts bool
	// FoldIDs says that ids which differ in case only are the same. Default: false.
	FoldIDs bool
	// DeleteFirst says that a resource is deleted before its replacement is created, unless its name is automatic.
	// Default: false, and the engine creates the replacement first.
	DeleteFirst bool
	// Given reports whether an object exists before any program, such as the default network of an account. Default: none
	// does.
	Given func(store *Store, o *Object) (bool, error)
	// Errors are the errors of the cloud for what the frame rejects.
	Errors Errors
	// Reset stops what [Type.Work] left running for the store in a folder, before the command reset empties the store.
	// Default: nothing.
	Reset func(ctx context.Context, dir string) error
}

// Service is one service of a cloud.
type Service struct {
	// Types are the types of its resources.
	Types []*Type
	// Functions answer calls of functions, by token.
	Functions map[string]Function
}

// Function answers a call.
type Function func(c *Call, args map[string]any) (map[string]any, error)

// Tags says which properties are tags.
type Tags struct {
	// Input is the name of the input with a resource's own tags. Types that have it are taggable. Default: no type is.
	Input string
	// All is the name of the output with all tags: those of the resource, and the default tags of the provider
	// ([Scope.Tags]). Default: the provider has no default tags.
	All string
	// Check checks the tags of taggable types. Default: any tags are accepted.
	Check func(*Checker)
}

// NamePrefix is for clouds that complete the beginning of a name: an input such as "namePrefix" next to "name".
type NamePrefix struct {
	// Suffix is what the name of the input with the beginning ends in, such as "Prefix". Default: there are no such
	// inputs.
	Suffix string
	// Digits is the number of hexadecimal digits that follow the beginning.
	Digits int
}

// Errors are the errors of a cloud for what the frame itself rejects.
type Errors struct {
	// Refuse returns the error of a code and a message. Default: a [Refusal] that says "CODE: MESSAGE".
	Refuse func(code, message string) error
	// Retryable lists the codes after which the provider repeats a request, up to [Scope.Retries] times. Default: none.
	Retryable []string
	// ParentNotFound is the error when the parent of a child does not exist. Default: the code ParentResourceNotFound.
	ParentNotFound func(typ, id string) error
	// Exists is the error when a resource of the type and id exists already. Default: types check that themselves.
	Exists func(o *Object) error
	// Busy is the error when another operation on a resource or on one of its children is in progress: see
	// [Parent.Exclusive]. Default: the code AnotherOperationInProgress.
	Busy func(o *Object) error
}

// Scope is the configuration of a provider.
type Scope struct {
	// Place is where its resources are, unless their type says otherwise.
	Place string
	// Values are the provider's settings.
	Values map[string]string
	// Tags are the default tags of taggable types.
	Tags map[string]string
	// IgnoreTags reports whether the provider ignores a tag. Default: none.
	IgnoreTags func(key string) bool
	// Retries is how often the provider repeats a request that the cloud rejects with one of [Errors.Retryable].
	Retries int
}

func (c *Cloud) token(token string) string {
	if c.Token == nil {
		return token
	}
	return c.Token(token)
}

// find returns a type, or nil.
func (c *Cloud) find(token string) *Type {
	for _, service := range c.Services {
		for _, t := range service.Types {
			if t.Token == c.token(token) {
				return t
			}
		}
	}
	return nil
}

func (c *Cloud) refuse(code, format string, args ...any) error {
	if message := fmt.Sprintf(format, args...); c.Errors.Refuse != nil {
		return c.Errors.Refuse(code, message)
	}
	return Refuse(code, format, args...)
}

// WithoutVersion returns a token without the version in its module, such as "example:net:Network" for
// "example:net/v2:Network". It is a [Cloud.Token].
func WithoutVersion(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 {
		return token
	}
	if module, version, ok := strings.Cut(parts[1], "/"); ok && isVersion(version) {
		parts[1] = module
	}
	return strings.Join(parts, ":")
}

// isVersion reports whether a text is "v" and a digit, and whatever follows.
func isVersion(text string) bool {
	return len(text) > 1 && text[0] == 'v' && text[1] >= '0' && text[1] <= '9'
}
