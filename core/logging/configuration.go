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
	// Level is the minimum level of records. The CLI shows debug records only with --debug.
	Level string `pulumi:"level" jsonschema:"enum=debug,enum=info,enum=warn,enum=error,default=info"`
	// Modules are the minimum levels of modules by name: debug, info, warn or error. Default: level.
	Modules map[string]Level `pulumi:"modules"`
	// File is an additional file to which all records are appended as lines of JSON. A relative path is relative to the
	// file that contains it. Its directory must exist. Default: none.
	File string `pulumi:"file" config:"path"`
	// Redact lists additional regular expressions (RE2) of text to redact. Text that looks like a credential is always
	// redacted. Default: none.
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
	// Configured levels are valid; anything else means info.
	_ = level.UnmarshalText([]byte(name))
	return level
}

// Validate implements config.Validator.
func (c *Configuration) Validate(report *config.Report) {
	for i, pattern := range c.Redact {
		if _, err := regexp.Compile(pattern); err != nil {
			report.Add([]string{"redact", strconv.Itoa(i)}, "invalid regular expression: %s", err)
		}
	}
}

// KnownModules returns a check that the section ashlar:logging names only the given modules.
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
