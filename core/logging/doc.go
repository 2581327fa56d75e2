// Package logging sends log/slog records to the Pulumi engine, so that they
// appear in the CLI's display beside the resource they belong to and in the
// update's log.
//
//	log := logging.New(ctx, slog.LevelInfo)
//	log.Info("creating", "replicas", 3, logging.Resource(component))
package logging
