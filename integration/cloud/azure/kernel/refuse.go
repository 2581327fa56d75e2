package kernel

import (
	"errors"
	"fmt"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// statuses are the HTTP statuses of error codes other than 400. Source: "Troubleshoot common Azure deployment errors";
// the rest are those of real errors in public issues.
func statuses() map[string]int {
	return map[string]int{
		"AuthorizationFailed": 403, "RequestDisallowedByPolicy": 403,
		"NotFound": 404, "ParentResourceNotFound": 404, "ResourceGroupNotFound": 404, "ResourceNotFound": 404,
		"RequestTimeout": 408,
		"ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity": 409,
		"Conflict": 409, "ConflictError": 409, "InvalidResourceGroupLocation": 409, "InvalidResourceLocation": 409,
		"RoleAssignmentExists": 409, "RoleDefinitionWithSameNameExists": 409, "StorageAccountAlreadyExists": 409,
		"StorageAccountAlreadyTaken": 409, "AccountPropertyCannotBeUpdated": 409, "ContainerAlreadyExists": 409,
		"VaultAlreadyExists": 409, "AttachDiskWhileBeingDetached": 409, "ConflictingUserInput": 409, "QuotaExceeded": 409,
		"TooManyRequests": 429, "OperationNotAllowedDueToThrottling": 429,
		"InternalServerError": 500, "BadGateway": 502, "ServiceUnavailable": 503, "GatewayTimeout": 504,
	}
}

// Refuse returns an error of an Azure API: a code and a message, in the form in which the provider shows it.
func Refuse(code, format string, args ...any) error {
	status, ok := statuses()[code]
	if !ok {
		status = 400
	}
	return refuse(fmt.Sprint(status), code, format, args...)
}

// RefuseLater returns the error of an operation that Azure accepted and that failed afterwards. It has no status, and is
// not retried.
func RefuseLater(code, format string, args ...any) error {
	return errors.New(refuse("<nil>", code, format, args...).Error())
}

func refuse(status, code, format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	return &cloud.Refusal{Code: code, Message: message,
		Text: fmt.Sprintf("Status=%s Code=%q Message=%q", status, code, message)}
}

// Retryable lists the codes with which requests are rejected that the provider retries: those with the statuses 408, 429,
// 500, 502, 503 and 504. Source: pulumi-azure-native, retries of its REST client.
func Retryable() []string {
	var out []string
	for code, status := range statuses() {
		if status == 408 || status == 429 || status >= 500 {
			out = append(out, code)
		}
	}
	return out
}

// Retries is how often the provider retries. It waits 20 s, 60 s and 120 s before; the simulation does not.
const Retries = 3

// GroupNotFound is the error for a missing resource group.
func GroupNotFound(group string) error {
	return Refuse("ResourceGroupNotFound", "Resource group '%s' could not be found.", group)
}

// ParentNotFound is the error for a missing parent.
func ParentNotFound(typ, id string) error {
	if typ == GroupToken {
		return GroupNotFound(ID(id).Name())
	}
	return Refuse("ParentResourceNotFound", "Failed to perform 'write' on resource(s) below '%s', because the parent "+
		"resource '%s' could not be found.", ID(id).Type(), id)
}

// Exists is the provider's error for a resource that exists already.
func Exists(o *cloud.Object) error {
	return fmt.Errorf("cannot create already existing resource '%s'", o.ID)
}

// Busy is the error when another operation on a resource or on one of its children is in progress. Sources: issue 1447
// of bicep-registry-modules (identities), issues 699 and 1024 of pulumi-azure-native (networks). Azure rejects some
// requests for networks immediately, with a status that the provider retries, and lets others fail afterwards: the
// simulation does the latter, because it is what programs must avoid.
func Busy(o *cloud.Object) error {
	if o.Type == IdentityToken {
		return Refuse("ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity", "Too many Federated Identity "+
			"Credentials are written concurrently for the managed identity '%s'. Concurrent Federated Identity Credentials "+
			"writes under the same managed identity are not supported.", o.ID)
	}
	return RefuseLater("AnotherOperationInProgress", "Another operation on this or dependent resource is in progress. To "+
		"retrieve status of the operation use uri: https://management.azure.com%s", o.ID)
}

// Immutable is the error of a change of a property that Azure does not change.
func Immutable(property string) error {
	return Refuse("PropertyChangeNotAllowed", "Changing property '%s' is not allowed.", property)
}
