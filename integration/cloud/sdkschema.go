package cloud

import (
	"context"
	"encoding/json"
	"path"
	"reflect"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Signature has the SDK's types of a function.
type Signature struct {
	// Args is an empty value of the SDK's arguments. Nil if there are none.
	Args any
	// Result is an empty value of the SDK's result. Required.
	Result any
}

// The elements of a package schema that languages without a generated SDK use, such as YAML.
//
// Source: pulumi, "Pulumi Package schema".
type (
	packageSchema struct {
		Name      string                    `json:"name"`
		Version   string                    `json:"version"`
		Provider  resourceSchema            `json:"provider"`
		Types     map[string]objectSchema   `json:"types"`
		Resources map[string]resourceSchema `json:"resources"`
		Functions map[string]functionSchema `json:"functions"`
	}
	objectSchema struct {
		Type       string                `json:"type,omitempty"`
		Properties map[string]typeSchema `json:"properties,omitempty"`
		Required   []string              `json:"required,omitempty"`
	}
	resourceSchema struct {
		objectSchema
		InputProperties map[string]typeSchema `json:"inputProperties,omitempty"`
		RequiredInputs  []string              `json:"requiredInputs,omitempty"`
	}
	functionSchema struct {
		Inputs  *objectSchema `json:"inputs,omitempty"`
		Outputs objectSchema  `json:"outputs"`
	}
	typeSchema struct {
		Type       string      `json:"type,omitempty"`
		Ref        string      `json:"$ref,omitempty"`
		Items      *typeSchema `json:"items,omitempty"`
		Additional *typeSchema `json:"additionalProperties,omitempty"`
	}
)

// schema answers the engine with the schema of what the cloud covers. It is made from the types of the SDK.
func (s *server) schema(context.Context, provider.GetSchemaRequest) (provider.GetSchemaResponse, error) {
	out := packageSchema{Name: s.cloud.Name, Version: s.cloud.Version, Types: map[string]objectSchema{},
		Resources: map[string]resourceSchema{}, Functions: map[string]functionSchema{}}
	inputs := func(args pulumi.Input) resourceSchema {
		o := out.object(args.ElementType())
		return resourceSchema{InputProperties: o.Properties, RequiredInputs: o.Required}
	}
	if s.cloud.Config != nil {
		out.Provider = inputs(s.cloud.Config)
	}
	for token, t := range s.types {
		r := inputs(t.Args)
		r.objectSchema = out.object(reflect.TypeOf(t.Resource).Elem())
		for _, name := range s.cloud.tokens(token) {
			out.Resources[name] = r
		}
	}
	for token, signature := range s.cloud.Signatures {
		f := functionSchema{Outputs: out.object(reflect.TypeOf(signature.Result))}
		if signature.Args != nil {
			o := out.object(reflect.TypeOf(signature.Args))
			f.Inputs = &o
		}
		for _, name := range s.cloud.tokens(token) {
			out.Functions[name] = f
		}
	}
	text, err := json.Marshal(out)
	return provider.GetSchemaResponse{Schema: string(text)}, err
}

// tokens returns all tokens of a type or a function.
func (c *Cloud) tokens(token string) []string {
	if c.OtherTokens == nil {
		return []string{token}
	}
	return append(c.OtherTokens(token), token)
}

// object returns the properties of a struct.
func (p *packageSchema) object(t reflect.Type) objectSchema {
	out := objectSchema{Type: "object", Properties: map[string]typeSchema{}}
	for f := range t.Fields() {
		name := f.Tag.Get("pulumi")
		if name == "" {
			continue
		}
		typ := f.Type
		if value, ok := reflect.Zero(typ).Interface().(pulumi.Output); ok {
			typ = value.ElementType()
		}
		out.Properties[name] = p.typ(typ)
		if shapeOf(typ).required {
			out.Required = append(out.Required, name)
		}
	}
	return out
}

func (p *packageSchema) typ(t reflect.Type) typeSchema {
	switch t.Kind() {
	case reflect.Pointer:
		return p.typ(t.Elem())
	case reflect.Bool:
		return typeSchema{Type: "boolean"}
	case reflect.Int:
		return typeSchema{Type: "integer"}
	case reflect.Float64:
		return typeSchema{Type: "number"}
	case reflect.Slice:
		element := p.typ(t.Elem())
		return typeSchema{Type: "array", Items: &element}
	case reflect.Map:
		element := p.typ(t.Elem())
		return typeSchema{Type: "object", Additional: &element}
	case reflect.Struct:
		token := p.Name + ":" + path.Base(t.PkgPath()) + "/" + t.Name() + ":" + t.Name()
		if _, ok := p.Types[token]; !ok {
			p.Types[token] = objectSchema{} // A type can contain itself.
			p.Types[token] = p.object(t)
		}
		return typeSchema{Ref: "#/types/" + token}
	case reflect.Interface:
		for of, name := range map[reflect.Type]string{
			reflect.TypeFor[pulumi.Asset](): "Asset", reflect.TypeFor[pulumi.AssetOrArchive](): "Asset",
			reflect.TypeFor[pulumi.Archive](): "Archive",
		} {
			if t == of {
				return typeSchema{Ref: "pulumi.json#/" + name}
			}
		}
		return typeSchema{Ref: "pulumi.json#/Any"}
	}
	return typeSchema{Type: "string"}
}
