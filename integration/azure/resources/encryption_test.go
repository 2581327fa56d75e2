package resources_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/azure/authorization"
	"github.com/ashlar-iac/ashlar/azure/identity"
	"github.com/ashlar-iac/ashlar/azure/keyvault"
	"github.com/ashlar-iac/ashlar/azure/resources"
	"github.com/ashlar-iac/ashlar/azure/storage"
	"github.com/ashlar-iac/ashlar/integration/cloudtest"
)

// encrypted is a program with two keys and a storage account.
type encrypted struct {
	vault   keyvault.VaultArgs
	account storage.AccountArgs
	// key is the name of the key that encrypts the account, or "" for a key of Microsoft.
	key string
	// own is set for an identity of the program, which has the role unless withoutRole is set.
	own, withoutRole bool
}

func (p *encrypted) in(a *cloudtest.Account) pulumi.RunFunc {
	return a.InGroup(func(ctx *pulumi.Context, group *resources.ResourceGroup, on pulumi.ResourceOption) error {
		vaultArgs := p.vault
		vaultArgs.ResourceGroupName = group.Name
		vault, err := keyvault.NewVault(ctx, "vault", &vaultArgs, on)
		if err != nil {
			return err
		}
		keys := map[string]*keyvault.Key{}
		for _, name := range []string{"one", "two"} {
			keys[name], err = keyvault.NewKey(ctx, name, &keyvault.KeyArgs{
				ResourceGroupName: vault.ResourceGroupName, VaultName: vault.Name,
			}, on)
			if err != nil {
				return err
			}
		}
		user, err := p.user(ctx, group, vault, on)
		if err != nil {
			return err
		}
		args := p.account
		args.ResourceGroupName = group.Name
		if key := keys[p.key]; key != nil && p.own {
			args.Encryption = &storage.Encryption{KeyURI: key.URI, IdentityID: user}
		} else if key != nil {
			args.Encryption = &storage.Encryption{KeyURI: key.URI, KeyID: key.ID}
		}
		s, err := storage.NewAccount(ctx, "orders", &args, on)
		if err != nil {
			return err
		}
		ctx.Export("identity", s.IdentityID)
		return nil
	})
}

// user returns the ID of an identity that can use all keys of the vault.
func (p *encrypted) user(
	ctx *pulumi.Context, group *resources.ResourceGroup, vault *keyvault.Vault, on pulumi.ResourceOption,
) (pulumi.StringInput, error) {
	i, err := identity.NewUserAssigned(ctx, "user", &identity.UserAssignedArgs{ResourceGroupName: group.Name}, on)
	if err != nil {
		return nil, err
	}
	if p.withoutRole {
		return i.ID, nil
	}
	r, err := authorization.NewRoleAssignment(ctx, "user", &authorization.RoleAssignmentArgs{
		Scope: vault.ID, PrincipalID: i.PrincipalID, Role: pulumi.String("Key Vault Crypto Service Encryption User"),
	}, on)
	if err != nil {
		return nil, err
	}
	return pulumi.All(i.ID, r.ID).ApplyT(func(all []any) string { return all[0].(string) }).(pulumi.StringOutput), nil
}

// Each step changes the key or the identity that uses it. Only simulated: a real vault knows a new role after minutes.
func TestCustomerManagedKeys(t *testing.T) {
	t.Parallel()
	a := cloudtest.SimulatedAzure(t)
	p := &encrypted{account: storage.AccountArgs{DeletionProtection: new(false)}}
	life := a.Life(t, "encrypted", p.in(a))
	up := life.Up()
	require.Nil(t, up.Outputs["identity"].Value)
	const own = "orders-encryption"
	p.key = "one"
	life.Change("a key", "create "+identityType+" "+own, "create "+assignmentType+" "+own, "update "+accountType+" orders")
	require.Contains(t, life.Output("identity"), "/userAssignedIdentities/orders-encryption")
	p.account.Tags = a.Tags(map[string]string{"team": "shop"})
	life.Change("tags", "update "+identityType+" "+own, "update "+accountType+" orders")
	p.key = "two"
	life.Change("another key", "replace "+assignmentType+" "+own, "update "+accountType+" orders")
	p.own = true
	life.Change("an identity of the program", "delete "+identityType+" "+own, "delete "+assignmentType+" "+own,
		"update "+accountType+" orders")
	p.key = ""
	life.Change("a key of Microsoft", "update "+accountType+" orders")
	p.key, p.own = "one", false
	life.Change("a key again", "create "+identityType+" "+own, "create "+assignmentType+" "+own, "update "+accountType+" orders")
	life.Destroy()
}

// The component gives its own identity the role. Only Azure knows what an identity of the program can use, and whether the
// vault of a key has purge protection.
func TestKeysThatAzureRejects(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*encrypted)
		want   string
	}{
		"no role": {func(p *encrypted) { p.own, p.withoutRole = true, true }, `Code="KeyVaultAuthenticationFailure"`},
		"no purge protection": {func(p *encrypted) { p.vault.PurgeProtection = new(false) },
			`Code="KeyVaultPolicyError" Message="Keyvault policy recoverable is not set"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := cloudtest.SimulatedAzure(t)
			p := &encrypted{key: "one", account: storage.AccountArgs{DeletionProtection: new(false)}}
			tc.change(p)
			life := a.Life(t, "rejected", p.in(a))
			rejects(t, life, tc.want)
			r, err := life.Stack.Destroy(t.Context())
			require.NoError(t, err, r.Output)
			a.RequireEmpty(t)
		})
	}
}
