package logging

import (
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strconv"

	"github.com/ashlar-iac/ashlar/core/config"
)

// SectionName is the name of the section that configures logging.
const SectionName = "logging"

// Configuration is the section ashlar:logging.
type Configuration struct {
	// Level is the lowest level that is logged. Records at level debug show
	// only when the CLI runs with --debug.
	Level string `pulumi:"level" jsonschema:"enum=debug,enum=info,enum=warn,enum=error,default=info"`
	// Modules sets the level of single modules, by their names: debug, info,
	// warn or error. Default: that of level.
	Modules map[string]Level `pulumi:"modules"`
	// File is a file that all records are appended to as well, as lines of
	// JSON. A relative path starts at the file that it is written in. Its
	// folder must exist. Default: none.
	File string `pulumi:"file" config:"path"`
	// Redact lists further regular expressions (RE2): what they match is not
	// shown. Default: what looks like a credential.
	Redact []string `pulumi:"redact"`
}

// Level is the name of a level: debug, info, warn or error.
type Level string

var (
	_ config.Validator = Level("")
	_ config.Validator = (*Configuration)(nil)
	_ config.Validator = knownModules(nil)
)

// Validate implements config.Validator.
func (l Level) Validate(report *config.Report) {
	known := []string{"debug", "info", "warn", "error"}
	if !slices.Contains(known, string(l)) {
		report.Add(nil, "unknown level %q, %s", string(l), config.Suggest(string(l), known))
	}
}

// Section describes the section ashlar:logging.
func Section() config.Section { return config.NewSection[Configuration](SectionName, nil) }

// SlogLevel returns the configured level.
func (c *Configuration) SlogLevel() slog.Level { return slogLevel(c.Level) }

func slogLevel(name string) slog.Level {
	var level slog.Level
	// Only words that slog knows are admitted; anything else leaves info.
	_ = level.UnmarshalText([]byte(name))
	return level
}

// Validate implements config.Validator.
func (c *Configuration) Validate(report *config.Report) {
	for i, pattern := range c.Redact {
		if _, err := regexp.Compile(pattern); err != nil {
			report.Add([]string{"redact", strconv.Itoa(i)}, "not a regular expression: %s", err)
		}
	}
}

// KnownModules returns a check of the section ashlar:logging: that it names no
// module but the given ones.
func KnownModules(names []string) config.Validator { return knownModules(names) }

type knownModules []string

// Validate implements config.Validator.
func (k knownModules) Validate(report *config.Report) {
	value, _ := report.Value(SectionName, "modules")
	levels, _ := value.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(levels)) {
		if !slices.Contains(k, name) {
			report.Add([]string{"modules", name}, "unknown module %q, %s", name, config.Suggest(name, k))
		}
	}
}
