// Package plugin builds the simulated clouds as executables that Pulumi's engine
// takes for providers.
package plugin

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// Variables are those with which a program runs in the simulated cloud of a folder. The real provider asks for
// credentials, and so does the simulated one; any will do.
func Variables(dir string) map[string]string {
	return map[string]string{"ASHLAR_CLOUD": dir, "AWS_ACCESS_KEY_ID": "simulated", "AWS_SECRET_ACCESS_KEY": "simulated"}
}

const command = "github.com/ashlar-iac/ashlar/integration/cmd/"

// AWS returns the simulated AWS. It is built into the user's cache folder; the go command does nothing when it is there
// and current. Any number of processes may ask at the same time.
func AWS(ctx context.Context) (string, error) {
	return build(ctx, "pulumi-resource-aws")
}

func build(ctx context.Context, name string) (path string, err error) {
	fail := func(err error) (string, error) { return "", fmt.Errorf("build %s: %w", name, err) }
	out, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", command+name).Output()
	if err != nil {
		return fail(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return fail(err)
	}
	// Each clone has a folder of its own, or two of them would build over each other.
	source := strings.TrimSpace(string(out))
	dir := filepath.Join(cache, "ashlar", "simulated", fmt.Sprintf("%x", sha256.Sum256([]byte(source)))[:16])
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fail(err)
	}
	lock := flock.New(filepath.Join(dir, name+".lock"))
	if err := lock.Lock(); err != nil {
		return fail(err)
	}
	defer func() { _ = lock.Unlock() }()
	path = filepath.Join(dir, name)
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", path, command+name).CombinedOutput(); err != nil {
		return fail(fmt.Errorf("%w: %s", err, out))
	}
	return path, nil
}
