package policytest

import (
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

var (
	policyTypes = []networkingv1.PolicyType{networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress}
	protocols   = []corev1.Protocol{corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP}
	selectors   = metav1validation.LabelSelectorValidationOptions{}
)

// validate returns what the API server rejects in a policy. The evaluator takes most of it: a peer that is empty for one
// that matches all pods of the namespace. Source: ValidateNetworkPolicySpec of the API server.
func validate(spec *networkingv1.NetworkPolicySpec) field.ErrorList {
	at := field.NewPath("spec")
	problems := metav1validation.ValidateLabelSelector(&spec.PodSelector, selectors, at.Child("podSelector"))
	for i, typ := range spec.PolicyTypes {
		if !slices.Contains(policyTypes, typ) {
			problems = append(problems, field.NotSupported(at.Child("policyTypes").Index(i), typ, policyTypes))
		}
	}
	for i, rule := range spec.Ingress {
		rules := at.Child("ingress").Index(i)
		problems = append(problems, validateRule(rules, rules.Child("from"), rule.From, rule.Ports)...)
	}
	for i, rule := range spec.Egress {
		rules := at.Child("egress").Index(i)
		problems = append(problems, validateRule(rules, rules.Child("to"), rule.To, rule.Ports)...)
	}
	return problems
}

func validateRule(
	at, atPeers *field.Path, peers []networkingv1.NetworkPolicyPeer, ports []networkingv1.NetworkPolicyPort,
) field.ErrorList {
	var problems field.ErrorList
	for i := range ports {
		problems = append(problems, validatePort(at.Child("ports").Index(i), &ports[i])...)
	}
	for i := range peers {
		problems = append(problems, validatePeer(atPeers.Index(i), &peers[i])...)
	}
	return problems
}

func validatePort(at *field.Path, p *networkingv1.NetworkPolicyPort) field.ErrorList {
	var problems field.ErrorList
	invalid := func(name string, value any, messages ...string) {
		for _, message := range messages {
			problems = append(problems, field.Invalid(at.Child(name), value, message))
		}
	}
	if p.Protocol != nil && !slices.Contains(protocols, *p.Protocol) {
		problems = append(problems, field.NotSupported(at.Child("protocol"), *p.Protocol, protocols))
	}
	switch {
	case p.Port == nil:
	case p.Port.Type == intstr.Int:
		invalid("port", p.Port.IntVal, validation.IsValidPortNum(int(p.Port.IntVal))...)
	default:
		invalid("port", p.Port.StrVal, validation.IsValidPortName(p.Port.StrVal)...)
	}
	switch {
	case p.EndPort == nil:
	case p.Port == nil || p.Port.Type != intstr.Int:
		invalid("endPort", *p.EndPort, "requires the number of a port")
	case *p.EndPort < p.Port.IntVal:
		invalid("endPort", *p.EndPort, "must be at least the port")
	default:
		invalid("endPort", *p.EndPort, validation.IsValidPortNum(int(*p.EndPort))...)
	}
	return problems
}

func validatePeer(at *field.Path, p *networkingv1.NetworkPolicyPeer) field.ErrorList {
	if p.IPBlock == nil && p.NamespaceSelector == nil && p.PodSelector == nil {
		return field.ErrorList{field.Required(at, "must have an ipBlock, a namespaceSelector or a podSelector")}
	}
	problems := metav1validation.ValidateLabelSelector(p.NamespaceSelector, selectors, at.Child("namespaceSelector"))
	problems = append(problems, metav1validation.ValidateLabelSelector(p.PodSelector, selectors, at.Child("podSelector"))...)
	if p.IPBlock == nil {
		return problems
	}
	block := at.Child("ipBlock")
	if p.NamespaceSelector != nil || p.PodSelector != nil {
		problems = append(problems, field.Forbidden(block, "cannot be set with a namespaceSelector or podSelector"))
	}
	cidr, err := netip.ParsePrefix(p.IPBlock.CIDR)
	if err != nil {
		return append(problems, field.Invalid(block.Child("cidr"), p.IPBlock.CIDR, "must be a CIDR block"))
	}
	for i, text := range p.IPBlock.Except {
		if except, err := netip.ParsePrefix(text); err != nil || !cidr.Contains(except.Addr()) || except.Bits() <= cidr.Bits() {
			problems = append(problems, field.Invalid(block.Child("except").Index(i), text, "must be a CIDR block within the cidr"))
		}
	}
	return problems
}
