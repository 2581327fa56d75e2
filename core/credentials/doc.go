// Package credentials finds the credentials of providers in the environment. It is the only package of the released
// modules that reads environment variables. Settings, such as a region or an endpoint, are never read from the
// environment: they belong to the configuration of the stack. [Resolver.DefaultProvider] only checks that the default provider
// of a package would find some.
//
//	r := credentials.New()
//	found, err := r.AWS(credentials.AWSRequest{Provider: "primary"})
//	if err != nil {
//		return err
//	}
//	log.Info("using", "credentials", found) // environment variables AWS_ACCESS_KEY_ID and ...
//
// # Sources
//
// [Resolver.AWS], [Resolver.Azure] and [Resolver.Kubernetes] use the first source that is selected. A source is
// selected when one of its own variables is set, or when the request gives its setting. Without Sources in the
// request, the order is that of the SDK or provider of the cloud, see [Sources]. [AWSInstanceMetadata] and [AzureCLI]
// have no variables and are used only when a request names them:
//
//	append(credentials.Sources(credentials.CloudAzure), credentials.AzureCLI)
//
// A selected source that is unusable is an error. There is no fallback to the next source, which might be another
// account. A source is unusable when
//
//   - a variable is missing: AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY, ARM_CLIENT_ID without a secret, a
//     certificate, ARM_USE_OIDC or ARM_USE_MSI;
//   - a required variable is empty (an empty optional variable counts as unset);
//   - a value starts or ends with white space or contains a line break;
//   - a switch is neither true nor false (a source whose switch is false is skipped);
//   - a URL is invalid;
//   - a file does not exist, is unreadable, a directory or empty.
//
// Later sources, sources that the request omits, and legacy variables such as AWS_ACCESS_KEY and AWS_DEFAULT_PROFILE
// are ignored. The cloud is not contacted, and token files are opened but not read, because their tokens are rotated.
//
// # Errors
//
// An error is an [*Error] of the class failure.Credentials. It lists everything that is wrong with the selected source,
// or all sources and their variables when none is selected. A request that names an unknown source is an error of the
// class failure.Configuration.
//
// # Secrets
//
// Sensitive values have the type [Secret], which is redacted by every verb of package fmt, in JSON, YAML and logs, also
// as part of another value. Only [Secret.Reveal] returns the value. Errors and the text of results name variables and
// contain no values, not even the path of a file.
//
// # Tables
//
// [Variables] and [Alternatives] list the variables and the requirements of each source. The documentation is generated
// from them.
package credentials
