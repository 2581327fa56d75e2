package catalog

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// properties are the properties of an object in a schema.
type properties map[string]any

// closed is the schema of an object that has no other properties.
func closed(of properties) map[string]any {
	return map[string]any{"type": []any{"object", "null"}, "properties": map[string]any(of), "additionalProperties": false}
}

// and returns the properties with more of them.
func (p properties) and(more properties) properties {
	out := maps.Clone(p)
	maps.Copy(out, more)
	return out
}

// choice is the schema of a text with certain values.
func choice(values ...string) map[string]any {
	out := []any{}
	for _, v := range values {
		out = append(out, v)
	}
	return map[string]any{"type": "string", "enum": out}
}

func ofType(name string) map[string]any { return map[string]any{"type": name} }

// optional is the schema of a block or a list, which can be null.
func optional(name string) map[string]any { return map[string]any{"type": []any{name, "null"}} }

func atLeast(n int) map[string]any { return map[string]any{"type": "integer", "minimum": n} }

// texts is the schema of a map of texts.
func texts() map[string]any {
	return map[string]any{"type": []any{"object", "null"}, "additionalProperties": ofType("string")}
}

// resources are requests and limits, which are texts.
func resources() map[string]any {
	quantities := closed(properties{"cpu": ofType("string"), "memory": ofType("string"),
		"ephemeral-storage": ofType("string")})
	return closed(properties{"limits": quantities, "requests": quantities})
}

// pods are the properties that most add-ons have for their pods.
func pods() properties {
	return properties{
		"affinity": optional("object"), "nodeSelector": texts(), "podAnnotations": texts(), "podLabels": texts(),
		"resources": resources(), "tolerations": optional("array"), "priorityClassName": ofType("string"),
	}
}

// deployments are the properties of add-ons that run as deployments.
func deployments() properties {
	return pods().and(properties{
		"podDisruptionBudget": optional("object"), "topologySpreadConstraints": optional("array"),
		"updateStrategy": optional("object"),
	})
}

// cniSettings are the environment variables of the VPC CNI. Source: the README of amazon-vpc-cni-k8s.
func cniSettings() properties {
	out := properties{"NETWORK_POLICY_ENFORCING_MODE": choice("standard", "strict"),
		"POD_SECURITY_GROUP_ENFORCING_MODE": choice("standard", "strict")}
	for _, name := range []string{
		"ADDITIONAL_ENI_TAGS", "ANNOTATE_POD_IP", "AWS_EC2_ENDPOINT", "AWS_EXTERNAL_SERVICE_CIDRS",
		"AWS_MANAGE_ENIS_NON_SCHEDULABLE", "AWS_VPC_CNI_NODE_PORT_SUPPORT", "AWS_VPC_ENI_MTU",
		"AWS_VPC_K8S_CNI_CONFIGURE_RPFILTER", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG",
		"AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS", "AWS_VPC_K8S_CNI_EXTERNALSNAT", "AWS_VPC_K8S_CNI_LOGLEVEL",
		"AWS_VPC_K8S_CNI_LOG_FILE", "AWS_VPC_K8S_CNI_RANDOMIZESNAT", "AWS_VPC_K8S_CNI_VETHPREFIX",
		"AWS_VPC_K8S_PLUGIN_LOG_FILE", "AWS_VPC_K8S_PLUGIN_LOG_LEVEL", "CLUSTER_ENDPOINT", "CLUSTER_NAME",
		"DISABLE_INTROSPECTION", "DISABLE_LEAKED_ENI_CLEANUP", "DISABLE_METRICS",
		"DISABLE_NETWORK_RESOURCE_PROVISIONING", "DISABLE_POD_V6", "DISABLE_TCP_EARLY_DEMUX",
		"ENABLE_BANDWIDTH_PLUGIN", "ENABLE_IMDS_ONLY_MODE", "ENABLE_IPv4", "ENABLE_IPv6", "ENABLE_MULTI_NIC", "ENABLE_NFTABLES", "ENABLE_POD_ENI",
		"ENABLE_PREFIX_DELEGATION", "ENABLE_SUBNET_DISCOVERY", "ENABLE_V4_EGRESS", "ENABLE_V6_EGRESS",
		"ENI_CONFIG_ANNOTATION_DEF", "ENI_CONFIG_LABEL_DEF", "HOST_CNI_BIN_PATH", "HOST_CNI_CONFDIR_PATH", "INTROSPECTION_BIND_ADDRESS", "IP_COOLDOWN_PERIOD",
		"MAX_ENI", "MINIMUM_IP_TARGET", "POD_MTU", "WARM_ENI_TARGET", "WARM_IP_TARGET", "WARM_PREFIX_TARGET",
	} {
		out[name] = ofType("string")
	}
	return out
}

// Problems returns what is wrong with configuration values, in the words of EKS, such as "$.replicaCount: string found,
// integer expected". Add-ons without a schema accept everything.
func (a Addon) Problems(values map[string]any) ([]string, error) {
	if a.Values == nil {
		return nil, nil
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("addon.json", closed(a.Values)); err != nil {
		return nil, fmt.Errorf("read the schema of an add-on: %w", err)
	}
	schema, err := compiler.Compile("addon.json")
	if err != nil {
		return nil, fmt.Errorf("compile the schema of an add-on: %w", err)
	}
	var invalid *jsonschema.ValidationError
	if err := schema.Validate(values); !errors.As(err, &invalid) {
		return nil, err
	}
	out := problems(invalid)
	slices.Sort(out)
	return out, nil
}

// problems returns the leaves of a validation error.
func problems(e *jsonschema.ValidationError) []string {
	var out []string
	for _, cause := range e.Causes {
		out = append(out, problems(cause)...)
	}
	at := strings.Join(append([]string{"$"}, e.InstanceLocation...), ".")
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			out = append(out, at+"."+name+": is not defined in the schema and the schema does not allow additional properties")
		}
	case *kind.Type:
		want := slices.DeleteFunc(slices.Clone(k.Want), func(name string) bool { return name == "null" })
		out = append(out, fmt.Sprintf("%s: %s found, %s expected", at, k.Got, strings.Join(want, ", ")))
	case *kind.Enum:
		out = append(out, fmt.Sprintf("%s: does not have a value in the enumeration %v", at, k.Want))
	case *kind.Minimum:
		out = append(out, fmt.Sprintf("%s: must have a minimum value of %s", at, k.Want.RatString()))
	}
	return out
}
