package identity

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/internal/compliancecontrols"
	"github.com/ashlar-iac/ashlar/azure/internal/location"
	"github.com/ashlar-iac/ashlar/azure/internal/names"
	"github.com/ashlar-iac/ashlar/azure/internal/tagging"
	"github.com/ashlar-iac/ashlar/core/compliance"
	"github.com/ashlar-iac/ashlar/core/config"
)

// UserAssignedArgs are the arguments of a [UserAssigned].
type UserAssignedArgs struct {
	// ResourceGroupName is the name of the resource group. Required for the constructor. Changing it replaces the identity.
	ResourceGroupName pulumi.StringInput `pulumi:"resourceGroupName,optional" config:"plain"`
	// Name is the name of the identity, unique in the resource group. Default: the name of the component with random
	// characters. Changing it replaces the identity, whose principal is another one then.
	Name string `pulumi:"name,optional"`
	// Location is the location, in its short form, such as westeurope. Default: the location of the provider. Changing it
	// replaces the identity.
	Location string `pulumi:"location,optional" jsonschema:"example=westeurope"`
	// FederatedCredentials are workloads that sign in as the identity with a token of another issuer, by names of your
	// choice: at most 20. Default: none.
	FederatedCredentials config.Named[FederatedCredential] `pulumi:"federatedCredentials,optional"`
	// Tags are added to the identity. Default: none. Changing them updates the identity.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`
}

// FederatedCredential is a workload that signs in as the identity with a token of another issuer. Changing a field updates
// the credential. Source: "Workload identity federation", Microsoft Entra documentation.
type FederatedCredential struct {
	// Issuer is the URL of the issuer of the tokens, exactly as in their claim iss: that of an AKS cluster ends with a
	// slash. Required.
	Issuer pulumi.StringInput `pulumi:"issuer" jsonschema:"required,example=https://token.actions.githubusercontent.com" config:"plain"`
	// Subject is the claim sub of the tokens, exactly, such as repo:acme/shop:environment:production of GitHub Actions.
	// Mutually exclusive with namespace and serviceAccount. Default: none.
	Subject pulumi.StringInput `pulumi:"subject,optional" config:"plain"`
	// Namespace is the Kubernetes namespace of the service account. Default: none.
	Namespace string `pulumi:"namespace,optional" jsonschema:"pattern=^[a-z0-9]([-a-z0-9]{0\\,61}[a-z0-9])?$"`
	// ServiceAccount is the Kubernetes service account whose pods sign in. Requires namespace. Default: none.
	ServiceAccount string `pulumi:"serviceAccount,optional"`
	// Audience is the claim aud of the tokens. Azure operated by 21Vianet has api://AzureADTokenExchangeChina.
	Audience string `pulumi:"audience,optional" jsonschema:"default=api://AzureADTokenExchange"`
}

var (
	_ config.Validator          = (*UserAssignedArgs)(nil)
	_ config.ArgumentsValidator = (*UserAssignedArgs)(nil)
	_ config.Validator          = (*FederatedCredential)(nil)
	_ compliance.Declarer       = (*UserAssignedArgs)(nil)
)

// maxCredentials is the maximum number of federated credentials of an identity. Source: "Important considerations and
// restrictions for federated identity credentials", Microsoft Entra documentation.
const maxCredentials = 20

// Validate implements config.Validator.
func (a *UserAssignedArgs) Validate(report *config.Report) {
	names.Check(report, []string{"name"}, identityType, a.Name)
	location.Check(report, []string{"location"}, a.Location)
	tagging.Check(report, []string{"tags"}, a.Tags, tagging.MaxKey)
	if n := len(a.FederatedCredentials); n > maxCredentials {
		report.Add([]string{"federatedCredentials"}, "%d credentials: use at most %d, and another identity for the others", n,
			maxCredentials)
	}
	const shortest = 3 // "Federated Identity Credentials - Create Or Update": 3 to 120 characters.
	first := map[string]string{}
	for _, name := range a.FederatedCredentials.Names() {
		at := []string{"federatedCredentials", name}
		if len(name) < shortest {
			report.Add(at, "the name is too short: use at least %d characters", shortest)
		}
		c := a.FederatedCredentials[name]
		issuer, known := c.Issuer.(pulumi.String)
		subject, alsoKnown := c.subject().(pulumi.String)
		if !known || !alsoKnown || subject == "" {
			continue
		}
		pair := string(issuer) + " " + string(subject)
		if other, taken := first[pair]; taken {
			report.Add(at, "the same issuer and subject as in %s: remove one of the two",
				report.Locate("federatedCredentials", other))
			continue
		}
		first[pair] = name
	}
}

// ValidateArguments implements config.ArgumentsValidator.
func (a *UserAssignedArgs) ValidateArguments(report *config.Report) {
	names.CheckGroup(report, a.ResourceGroupName)
}

// Validate implements config.Validator.
func (c *FederatedCredential) Validate(report *config.Report) {
	if issuer, known := c.Issuer.(pulumi.String); known && !strings.HasPrefix(string(issuer), "https://") {
		report.Add([]string{"issuer"}, "found %q: use a URL that begins with https://", string(issuer))
	}
	pods := c.Namespace != "" || c.ServiceAccount != ""
	switch {
	case c.Subject != nil && pods:
		report.Add([]string{"serviceAccount"}, "subject and serviceAccount are mutually exclusive: remove one of them")
	case c.Subject != nil:
		if subject, known := c.Subject.(pulumi.String); known && strings.ContainsAny(string(subject), "*?") {
			report.Add([]string{"subject"}, "wildcards are not supported: use the whole claim, and a credential for each subject")
		}
	case !pods:
		report.Add([]string{"subject"}, "required without serviceAccount: add the claim sub of the tokens")
	case c.Namespace == "":
		report.Add([]string{"namespace"}, "required with serviceAccount: add the namespace of the service account")
	case c.ServiceAccount == "":
		report.Add([]string{"serviceAccount"}, "required with namespace: add the name of the service account")
	}
}

// subject returns the claim sub of the tokens.
func (c *FederatedCredential) subject() pulumi.StringInput {
	if c.Subject != nil {
		return c.Subject
	}
	if c.Namespace == "" || c.ServiceAccount == "" {
		return pulumi.String("")
	}
	return pulumi.String("system:serviceaccount:" + c.Namespace + ":" + c.ServiceAccount)
}

// Evidence implements compliance.Declarer: federated credentials replace secrets.
func (a *UserAssignedArgs) Evidence() []compliance.Evidence {
	if len(a.FederatedCredentials) == 0 {
		return nil
	}
	return []compliance.Evidence{
		compliance.Always("federatedCredentials", config.List(a.FederatedCredentials.Names()), compliancecontrols.Federation...),
	}
}
