package managedidentity

import (
	"regexp"
	"strings"
	"time"

	v20230131 "github.com/pulumi/pulumi-azure-native-sdk/managedidentity/v2/v20230131"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/azure/kernel"
)

const (
	arm             = "Microsoft.ManagedIdentity/userAssignedIdentities"
	credentialToken = "azure-native:managedidentity:FederatedIdentityCredential"
)

// Service returns the types and functions of managed identities.
func Service() cloud.Service {
	identities, credentials := identity(), credential()
	return cloud.Service{
		Types: []*cloud.Type{identities, credentials},
		Functions: map[string]cloud.Function{
			"azure-native:managedidentity:getUserAssignedIdentity":        kernel.Getter(identities),
			"azure-native:managedidentity:getFederatedIdentityCredential": kernel.Getter(credentials),
		},
	}
}

// identityName is what names of identities match. Azure checks it when it creates one: the specification of the API has
// no pattern.
var identityName = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$`)

func identity() *cloud.Type {
	return kernel.Grouped(&cloud.Type{
		Token: kernel.IdentityToken, Args: v20230131.UserAssignedIdentityArgs{},
		Resource: &v20230131.UserAssignedIdentity{},
		Name:     "resourceName",
		Replaces: []string{"location"},
		Create: func(c *cloud.Call) error {
			if name := c.Text("resourceName"); !identityName.MatchString(name) {
				// The code is from memory.
				return kernel.Refuse("InvalidResourceName", "The resource name '%s' is invalid: a name has 3 to 128 letters, "+
					"digits, underscores and hyphens, and begins with a letter or digit.", name)
			}
			c.Set("tenantId", c.Scope.Values["tenant"])
			return kernel.SetNewGUIDs(c, "clientId", "principalId")
		},
	}, arm)
}

// credentialTakes is how long a write of a credential takes: two of a program that does not order them collide.
const credentialTakes = 100 * time.Millisecond

func credential() *cloud.Type {
	// Source: specification of Microsoft.ManagedIdentity, federatedIdentityCredentialResourceName.
	names := kernel.Names{Shortest: 3, Longest: 120, Pattern: regexp.MustCompile(`^[a-zA-Z0-9]{1}[a-zA-Z0-9-_]{2,119}$`)}
	return kernel.Child(&cloud.Type{
		Token: credentialToken, Args: v20230131.FederatedIdentityCredentialArgs{},
		Resource: &v20230131.FederatedIdentityCredential{},
		Name:     "federatedIdentityCredentialResourceName",
		Required: []string{"audiences"},
		Takes:    credentialTakes,
		Check:    func(c *cloud.Checker) { names.Check(c, "federatedIdentityCredentialResourceName") },
		Create:   setCredential,
		Update:   setCredential,
	}, kernel.IdentityToken, arm, "resourceName", "federatedIdentityCredentials", true)
}

// setCredential checks a credential against the others of its identity. Codes are from memory.
func setCredential(c *cloud.Call) error {
	switch {
	case len(c.Texts("audiences")) == 0:
		return kernel.Refuse("BadRequest", "The audiences of a federated identity credential cannot be empty.")
	case !strings.HasPrefix(c.Text("issuer"), "https://"):
		return kernel.Refuse("BadRequest", "The issuer '%s' of a federated identity credential is not an HTTPS URL.",
			c.Text("issuer"))
	case c.Text("subject") == "" || len(c.Text("subject")) > 600:
		return kernel.Refuse("BadRequest", "The subject of a federated identity credential has 1 to 600 characters.")
	}
	others, err := c.All(credentialToken, func(o *cloud.Object) bool {
		return o.Managed == c.Object.Managed && !kernel.ID(o.ID).Same(c.Object.ID)
	})
	if err != nil {
		return err
	}
	if len(others) >= 20 {
		return kernel.Refuse("FederatedIdentityCredentialsLimitExceeded", "Too many Federated Identity Credentials: the "+
			"limit of 20 for the managed identity has been reached.")
	}
	for _, o := range others {
		if o.Text("issuer") == c.Text("issuer") && o.Text("subject") == c.Text("subject") {
			// Source: issue 2029 of bicep-types-az.
			return kernel.Refuse("Conflict", "Issuer and subject combination already exists for this Managed Identity.")
		}
	}
	return nil
}

// Set sets the output "identity" of a resource to the answer for its input.
func Set(c *cloud.Call) error {
	requested, ok := c.Object.Inputs["identity"].(map[string]any)
	if !ok {
		return nil
	}
	answer, err := Answer(c, requested)
	if err != nil {
		return err
	}
	c.Set("identity", answer)
	return nil
}

// systemPrincipal returns the principal of the system-assigned identity of a resource, which stays the same.
func systemPrincipal(c *cloud.Call) (string, error) {
	if c.Old != nil {
		if has := cloud.Text(c.Old.Block("identity"), "principalId"); has != "" {
			return has, nil
		}
	}
	return kernel.NewGUID(c)
}

// Answer returns the block "identity" of a resource as Azure answers it, from the requested one: with the principals of
// the identities, each of which must exist. The principal of a system-assigned identity is a new one.
func Answer(c *cloud.Call, requested map[string]any) (map[string]any, error) {
	types := cloud.Text(requested, "type")
	out := map[string]any{"type": types}
	assigned := map[string]any{}
	for _, id := range cloud.Texts(requested["userAssignedIdentities"]) {
		o, err := c.Lookup(kernel.IdentityToken, id)
		if err != nil {
			return nil, err
		}
		if o == nil {
			// The message is from memory.
			return nil, kernel.Refuse("FailedIdentityOperation", "Identity operation for resource '%s' failed with error 'Failed "+
				"to perform resource identity operation. Status: 'BadRequest'. Response: 'Resource '%s' was not found.''.",
				c.Object.ID, id)
		}
		assigned[o.ID] = map[string]any{"clientId": o.Text("clientId"), "principalId": o.Text("principalId")}
	}
	user, system := strings.Contains(types, "UserAssigned"), strings.Contains(types, "SystemAssigned")
	if user != (len(assigned) > 0) {
		return nil, kernel.Refuse("InvalidRequestContent", "The identity type '%s' does not fit to the user-assigned "+
			"identities: %d are given.", types, len(assigned))
	}
	if user {
		out["userAssignedIdentities"] = assigned
	}
	if system {
		principal, err := systemPrincipal(c)
		if err != nil {
			return nil, err
		}
		out["principalId"], out["tenantId"] = principal, c.Scope.Values["tenant"]
	}
	return out, nil
}
