package logging

import (
	"log/slog"

	"github.com/ashlar-iac/ashlar/core/config"
)

// SectionName is the name of the section that configures logging.
const SectionName = "logging"

// Configuration is the section ashlar:logging.
type Configuration struct {
	// Level is the lowest level that is logged. Records at level debug show
	// only when the CLI runs with --debug.
	Level string `pulumi:"level" jsonschema:"enum=debug,enum=info,enum=warn,enum=error,default=info"`
}

// Section describes the section ashlar:logging.
func Section() config.Section { return config.NewSection[Configuration](SectionName, nil) }

// SlogLevel returns the configured level.
func (c *Configuration) SlogLevel() slog.Level {
	var level slog.Level
	// The schema admits only words that slog knows; anything else leaves info.
	_ = level.UnmarshalText([]byte(c.Level))
	return level
}
