// Package serviceidentity checks that a cloud identity is that of a service account.
package serviceidentity

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// Account is a service account, and the component that it belongs to.
type Account struct {
	// Namespace is the namespace of the service account.
	Namespace pulumi.StringInput
	// Name is the name of the service account.
	Name string
	// Owner is the component in messages, such as application.
	Owner string
}

// Check reports an identity of another service account, as far as names are known. The identity may be nil.
func (a Account) Check(report *config.Report, path []string, identity core.WorkloadIdentity) {
	if identity == nil {
		return
	}
	info := identity.WorkloadIdentityInfo()
	account, known := info.ServiceAccount.(pulumi.String)
	if known && string(account) != a.Name {
		report.Add(path, "%q is for service account %q, the %s's is %q: use the same name", info.Name, account, a.Owner, a.Name)
	}
	namespace, known := info.Namespace.(pulumi.String)
	if own, ok := a.Namespace.(pulumi.String); ok && known && namespace != own {
		report.Add(path, "%q is for namespace %q, the %s is in %q: use the same namespace", info.Name, namespace, a.Owner, own)
	}
}

// Resolved returns the namespace of the service account. It fails to resolve when the identity is that of another one.
func (a Account) Resolved(info core.WorkloadIdentityInfo) pulumi.StringOutput {
	return pulumi.All(a.Namespace, info.Namespace, info.ServiceAccount).ApplyT(func(all []any) (string, error) {
		own, namespace, account := all[0].(string), all[1].(string), all[2].(string)
		if namespace != own || account != a.Name {
			return "", failure.New(failure.Configuration, "use", fmt.Sprintf("identity %q", info.Name),
				"it is for service account %s/%s, the %s's is %s/%s: use the same namespace and name",
				namespace, account, a.Owner, own, a.Name)
		}
		return own, nil
	}).(pulumi.StringOutput)
}
