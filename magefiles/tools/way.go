package tools

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
)

// Way is a way to provide programs.
type Way string

// The ways to provide programs.
const (
	// Build builds programs from source.
	Build Way = "build"
	// Download downloads the release binaries that vendors publish.
	Download Way = "download"
	// Installed uses installed programs.
	Installed Way = "installed"
)

// The environment variables with the defaults of [Options.Only] and [Options.Mirror].
const (
	wayVariable    = "ASHLAR_TOOLS"
	mirrorVariable = "ASHLAR_TOOLS_MIRROR"
)

// allows reports whether a way is allowed if only o.Only is allowed.
func (o Options) allows(w Way) bool { return o.Only == "" || o.Only == w }

func parseWay(text string) (Way, error) {
	ways := []string{string(Build), string(Download), string(Installed)}
	if text != "" && !slices.Contains(ways, text) {
		return "", fmt.Errorf("invalid %s=%s: expected one of %s, or nothing", wayVariable, text, strings.Join(ways, ", "))
	}
	return Way(text), nil
}

// parseMirror returns the URL of a mirror without a slash at its end.
func parseMirror(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	address, err := url.Parse(text)
	if err != nil || address.Host == "" || !secure(address) {
		return "", fmt.Errorf("invalid %s=%s: expected an https URL", mirrorVariable, text)
	}
	return strings.TrimRight(text, "/"), nil
}

// withEnvironment sets the options whose defaults are environment variables.
func (o Options) withEnvironment() (Options, error) {
	var err error
	if o.Only == "" {
		o.Only = Way(os.Getenv(wayVariable))
	}
	if o.Only, err = parseWay(string(o.Only)); err != nil {
		return o, err
	}
	if o.Mirror == "" {
		o.Mirror = os.Getenv(mirrorVariable)
	}
	o.Mirror, err = parseMirror(o.Mirror)
	return o, err
}
