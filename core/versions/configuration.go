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
	// Components are the versions of components by name: an exact version such as "1.26.2", or a constraint such as
	// "~1.26" or ">=1.25 <1.27", which selects the highest matching version of the version file, or of the built-in
	// table when the file does not have the component. Write versions in quotes. Default: the default of the file or
	// table. The effect of a change depends on the component.
	Components config.Named[string] `pulumi:"components"`
	// File is the path of a version file, relative to the file that contains it, or an https:// URL, which requires a pin.
	// It takes precedence over the built-in tables. Default: none.
	File string `pulumi:"file" config:"path"`
	// SHA256 is the pin of the file: the SHA-256 digest of its content, 64 hexadecimal digits, as sha256sum prints it.
	// Required for a URL. Default: the content of a local file is not checked.
	SHA256 string `pulumi:"sha256"`
}

var _ config.Validator = (*Configuration)(nil)

// Section describes the section ashlar:versions.
func Section() config.Section { return config.NewSection[Configuration](SectionName, nil) }

// Validate implements config.Validator. It does not read the file: a missing pin is reported when the file is read,
// with the digest of its content.
func (c *Configuration) Validate(report *config.Report) {
	c.check(false, func(path []string, err error) { report.Add(path, "%s", err) })
}

var digestPattern = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)

// check calls add for everything that is wrong, in the order of the paths.
func (c *Configuration) check(loopbackHTTP bool, add func(path []string, err error)) {
	for _, name := range slices.Sorted(maps.Keys(c.Components)) {
		if _, err := parseRequest(c.Components[name]); err != nil {
			add([]string{"components", name}, err)
		}
	}
	if _, err := parseLocation(c.File, loopbackHTTP); err != nil {
		add([]string{"file"}, err)
	}
	switch {
	case c.SHA256 == "":
	case !digestPattern.MatchString(c.SHA256):
		add([]string{"sha256"}, errors.New("not a SHA-256 digest: use the 64 hexadecimal digits that sha256sum prints"))
	case c.File == "":
		add([]string{"sha256"}, errors.New("file is not set: set it, or omit sha256"))
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
