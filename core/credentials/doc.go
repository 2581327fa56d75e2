// Package credentials finds the credentials that providers need, and is the only
// package of the released modules that reads environment variables. Settings,
// such as a region, an endpoint or the place of a configuration file, are never
// read from there: they belong to the stack's configuration.
//
//	r := credentials.New()
//	found, err := r.AWS(credentials.AWSRequest{Provider: "primary"})
//	if err != nil {
//		return err // Says what is wrong, or everything that would do.
//	}
//	log.Info("using", "credentials", found) // environment variables AWS_ACCESS_KEY_ID and ...
//
// # Requests
//
// [Resolver.AWS], [Resolver.Azure] and [Resolver.Kubernetes] take a request and
// return a result, both typed. A request names the provider for messages, gives
// what configuration may say, such as the name of a profile, and can restrict
// the sources and their order:
//
//	credentials.AWSRequest{
//		Sources: []credentials.Source{credentials.AWSWebIdentity, credentials.AWSContainer},
//	}
//
// Without Sources the order is that of the cloud's own SDK or provider, see
// [Sources]. Two sources are used only when a request names them, because
// nothing in the environment tells whether they are meant: [AWSInstanceMetadata]
// and [AzureCLI].
//
//	append(credentials.Sources(credentials.CloudAzure), credentials.AzureCLI)
//
// Nothing is contacted: a result says what there is to use, not that the cloud
// accepts it. Files are opened, to see that they can be read, but tokens are not
// taken out of them, as they are written anew when they expire.
//
// # How a source is chosen
//
// The first source that is begun is used. A source is begun when a variable of
// its own is set, or the request asks for it. What is begun but cannot be used
// is an error and never falls through to the next source, which might be another
// account:
//
//   - a part is missing: AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY,
//     AWS_ROLE_ARN without AWS_WEB_IDENTITY_TOKEN_FILE, ARM_CLIENT_ID without a
//     secret, a certificate, ARM_USE_OIDC or ARM_USE_MSI, ARM_OIDC_TOKEN without
//     ARM_USE_OIDC;
//   - a required variable is set but empty; an optional one counts as not set;
//   - a value has white space around it or a line break in it, as from pasting;
//   - a switch is neither true nor false; one that is false turns its source off;
//   - an address is not a URL;
//   - a file does not exist, cannot be read, is a directory or is empty.
//
// Sources below the one that is used are not looked at, nor are those that a
// request leaves out. Names that SDKs keep for compatibility, such as
// AWS_ACCESS_KEY and AWS_DEFAULT_PROFILE, are not read.
//
// # Errors
//
// An error is an [*Error] and of the class failure.Credentials. If nothing was
// found it lists every source with its variables; otherwise it says what is
// wrong with each variable and what to do. A request that names a source which
// the cloud does not have gets an error of the class failure.Configuration.
//
// # Secrets
//
// Secret values are of the type [Secret], which shows itself nowhere: not with
// any verb of package fmt, not in JSON, YAML or a log, and not as a part of
// another value. [Secret.Reveal] is the only way out. Errors and the text of
// results name variables and never hold a value, not even the path of a file.
//
// # Tables
//
// [Variables] and [Alternatives] list, for each of [Clouds], what is read and
// what each source needs. The project's documentation is generated from them.
//
// # Tests
//
// [WithLookup] and [WithOpen] replace the environment and the disk, so that
// tests can run in parallel.
package credentials
