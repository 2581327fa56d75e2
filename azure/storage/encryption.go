package storage

import (
	"fmt"
	"net/url"
	"strings"

	azstorage "github.com/pulumi/pulumi-azure-native-sdk/storage/v2/v20240101"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/azure/identity"
)

// keyRole is the built-in role that allows an identity to encrypt other resources with a key.
const keyRole = "Key Vault Crypto Service Encryption User"

// customerKey is a customer-managed key and the identity that uses it.
type customerKey struct {
	identity pulumi.StringInput
	// before are the resources without which the account cannot use the key.
	before []pulumi.Resource
}

// key returns the customer-managed key, nil without one. It creates the identity that uses the key, unless one is given,
// and its role.
func (a *Account) key(ctx *pulumi.Context, name string, args *AccountArgs) (*customerKey, error) {
	e := args.Encryption
	switch {
	case e.KeyURI == nil:
		return nil, nil
	case e.IdentityID != nil:
		return &customerKey{identity: e.IdentityID}, nil
	}
	own, err := identity.NewUserAssigned(ctx, name+"-encryption", &identity.UserAssignedArgs{
		ResourceGroupName: args.ResourceGroupName, Location: args.Location, Tags: args.Tags,
	}, a.Child())
	if err != nil {
		return nil, err
	}
	role, err := authorization.NewRoleAssignment(ctx, name+"-encryption", &authorization.RoleAssignmentArgs{
		Scope: e.KeyID, Role: pulumi.String(keyRole), PrincipalID: own.PrincipalID,
		Description: "Encrypts the storage account " + name,
	}, a.Child())
	if err != nil {
		return nil, err
	}
	return &customerKey{identity: own.ID, before: []pulumi.Resource{own, role}}, nil
}

// native returns the encryption of the account. Keys of queues and tables are those of the account, too: Azure sets them
// when it creates the account, and a customer-managed key would not encrypt them otherwise.
func (e *Encryption) native(key *customerKey) *azstorage.EncryptionArgs {
	service := &azstorage.EncryptionServiceArgs{Enabled: pulumi.Bool(true), KeyType: pulumi.String(azstorage.KeyTypeAccount)}
	out := &azstorage.EncryptionArgs{
		KeySource:                       pulumi.String(azstorage.KeySource_Microsoft_Storage),
		RequireInfrastructureEncryption: pulumi.Bool(*e.Infrastructure),
		Services: &azstorage.EncryptionServicesArgs{
			Blob: service, File: service, Queue: service, Table: service,
		},
	}
	if key == nil {
		return out
	}
	out.KeySource = pulumi.String(azstorage.KeySource_Microsoft_Keyvault)
	out.EncryptionIdentity = &azstorage.EncryptionIdentityArgs{
		EncryptionUserAssignedIdentity: key.identity.ToStringOutput().ToStringPtrOutput(),
	}
	out.KeyVaultProperties = e.KeyURI.ToStringOutput().ApplyT(func(uri string) (*azstorage.KeyVaultProperties, error) {
		vault, name, version, err := splitKey(uri)
		if err != nil {
			return nil, err
		}
		p := &azstorage.KeyVaultProperties{KeyVaultUri: &vault, KeyName: &name}
		if version != "" {
			p.KeyVersion = &version
		}
		return p, nil
	}).(azstorage.KeyVaultPropertiesPtrOutput)
	return out
}

// splitKey splits the URL of a key into the URL of its vault, its name and its version, which is "" for the newest one.
func splitKey(uri string) (vault, name, version string, err error) {
	u, err := url.Parse(uri)
	if err == nil {
		parts := strings.Split(strings.Trim(u.Path, "/"), "/")
		if u.Scheme == "https" && u.Host != "" && len(parts) > 1 && len(parts) < 4 && parts[0] == "keys" && parts[1] != "" {
			if len(parts) == 3 {
				version = parts[2]
			}
			return "https://" + u.Host, parts[1], version, nil
		}
	}
	return "", "", "", fmt.Errorf("found %q: use the URL of a key, such as https://NAME.vault.azure.net/keys/KEY", uri)
}
