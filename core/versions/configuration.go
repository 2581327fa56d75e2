package versions

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// SectionName is the name of the section that configures versions.
const SectionName = "versions"

// Configuration is the section ashlar:versions.
type Configuration struct {
	// Components says which version of a component to use, by the component's
	// name: an exact version such as "1.26.2", which is taken as it is, or
	// a constraint such as "~1.26" or ">=1.25 <1.27", which selects the highest
	// version that the version file offers, or else the built-in table. Write
	// versions in quotes. Default: the default of the file or the table. What
	// a change does depends on the component.
	Components config.Named[string] `pulumi:"components"`
	// File is a version file that goes before the built-in tables: a path,
	// relative to the file that it is written in, or an https:// URL, which
	// needs a pin. Default: none.
	File string `pulumi:"file" config:"path"`
	// SHA256 pins the content of File: its SHA-256 digest, 64 hexadecimal
	// digits, as sha256sum prints it. Required when File is a URL. Default:
	// the content of a local file is not checked.
	SHA256 string `pulumi:"sha256"`
}

var _ config.Validator = (*Configuration)(nil)

// Section describes the section ashlar:versions.
func Section() config.Section { return config.NewSection[Configuration](SectionName, nil) }

// Validate implements config.Validator. It does not read the file: a remote one
// without a pin is refused when it is resolved from, because only then can the
// message say which digest was received.
func (c *Configuration) Validate(report *config.Report) {
	c.check(false, func(path []string, err error) { report.Add(path, "%s", err) })
}

var digestPattern = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)

// check calls add for everything that is wrong, in the order of the paths.
func (c *Configuration) check(loopbackHTTP bool, add func(path []string, err error)) {
	for _, name := range slices.Sorted(maps.Keys(c.Components)) {
		if _, err := parseWish(c.Components[name]); err != nil {
			add([]string{"components", name}, err)
		}
	}
	if _, err := parseLocation(c.File, loopbackHTTP); err != nil {
		add([]string{"file"}, err)
	}
	switch {
	case c.SHA256 == "":
	case !digestPattern.MatchString(c.SHA256):
		add([]string{"sha256"}, errors.New("not a SHA-256 digest: write the 64 hexadecimal digits that sha256sum prints"))
	case c.File == "":
		add([]string{"sha256"}, errors.New("pins nothing: give file as well, or leave this out"))
	}
}

// err returns everything that is wrong as one error.
func (c *Configuration) err(loopbackHTTP bool) error {
	var all []error
	c.check(loopbackHTTP, func(path []string, err error) {
		all = append(all, failure.Wrap(failure.Configuration, "check", SectionName+"."+strings.Join(path, "."), err))
	})
	return failure.Join(all...)
}
