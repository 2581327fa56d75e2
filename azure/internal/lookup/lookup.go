// Package lookup reads which subscription and tenant a provider is for.
package lookup

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi-azure-native-sdk/v2/utilities"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core/config"
)

// Client is what the provider is signed in to. It has no credentials.
type Client struct {
	// ClientID and ObjectID are those of the principal.
	ClientID string `pulumi:"clientId"`
	ObjectID string `pulumi:"objectId"`
	// SubscriptionID and TenantID are the IDs of the subscription and of the Microsoft Entra tenant.
	SubscriptionID string `pulumi:"subscriptionId"`
	TenantID       string `pulumi:"tenantId"`
}

// clientToken is called by its token: the SDK's package has all types of Microsoft.Authorization, whose compilation takes
// longer than that of a program with everything else.
const clientToken = "azure-native:authorization:getClientConfig"

// GetClient returns what the provider that the options lead to is signed in to. Components pass the result of
// component.Base.Invoke.
func GetClient(ctx *pulumi.Context, opts ...pulumi.InvokeOption) (Client, error) {
	var found Client
	if err := ctx.Invoke(clientToken, nil, &found, utilities.PkgInvokeDefaultOpts(opts)...); err != nil {
		return Client{}, fmt.Errorf("look up the subscription and the tenant: %w", err)
	}
	return found, nil
}

// guid matches the IDs of subscriptions, tenants, principals and roles.
var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// IsGUID reports whether a text is a GUID, such as 00000000-0000-0000-0000-000000000000.
func IsGUID(text string) bool { return guid.MatchString(text) }

// CheckGUIDs reports entries of a list that are not GUIDs.
func CheckGUIDs(report *config.Report, path []string, ids []string) {
	for i, id := range ids {
		if !IsGUID(id) {
			report.Add(append(slices.Clone(path), strconv.Itoa(i)),
				"found %q: use an ID such as 11111111-2222-3333-4444-555555555555", id)
		}
	}
}
