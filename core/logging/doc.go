// Package logging sends log/slog records to the Pulumi engine, so that they
// appear in the CLI's display beside the resource they belong to and in the
// update's log.
//
//	log := logging.New(ctx, slog.LevelInfo)
//	log.Info("creating", "replicas", 3, logging.Resource(component))
//
// A [Manager] makes the loggers of a deployment from the section ashlar:logging:
// a level for each module, and lines of JSON in a file, for machines. [Nop] is for
// libraries that are given no logger.
//
// # Secrets
//
// Neither sink shows secrets. These are replaced by [secret] or [output]:
//
//   - outputs, whose values are not known yet and may be secret;
//   - values of type credentials.Secret;
//   - values under keys that name a secret, such as password or apiKey, at any
//     depth;
//   - what looks like a credential, within any text: private keys, access key
//     IDs of AWS, tokens of GitHub, JSON web tokens, HTTP authorization, passwords in
//     addresses, and settings such as password=...;
//   - what the patterns of the section ashlar:logging match;
//   - texts that [Manager.Redact] was given.
//
// Values that are neither texts nor numbers show as JSON, so that keys are seen at
// every depth. It is a net, and not a reason to log a secret.
package logging
