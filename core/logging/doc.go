// Package logging sends log/slog records to the Pulumi engine, so that they appear next to their resource in the CLI
// and in the log of the update.
//
//	log := logging.New(ctx, slog.LevelInfo)
//	log.Info("creating", "replicas", 3, logging.Resource(component))
//
// A [Manager] creates the loggers of a deployment from the section ashlar:logging: a level for each module, and an
// additional file with lines of JSON.
//
// # Secrets
//
// Neither the engine nor the file gets secrets. These are replaced by [secret] or [output]:
//
//   - outputs, whose values are not known yet and may be secret;
//   - values of type credentials.Secret;
//   - values of keys that name a secret, such as password or apiKey, at any depth;
//   - text that looks like a credential: private keys, AWS access key IDs, GitHub tokens, JSON web tokens, HTTP
//     authorization, passwords in URLs, and settings such as password=...;
//   - text that matches the patterns of the section ashlar:logging;
//   - text that was passed to [Manager.Redact].
//
// Values other than strings and numbers are logged as JSON, so that keys are found at every depth. Redaction is a
// safety net: do not log secrets.
package logging
