// Package plugin builds the simulated clouds as executables that Pulumi's engine takes for providers.
package plugin

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// Cloud is a simulated cloud as executables.
type Cloud struct {
	// Provider is the provider.
	Provider string
	// CLI stands in for the command line of the cloud, by which kubeconfigs authenticate. It has the name of the real
	// one, and nothing else is in its folder, since the engine takes providers from folders on PATH. It is a link to
	// the provider.
	CLI string
	// Credentials are variables that the provider requires, as the real one does. It accepts any values.
	Credentials map[string]string
}

const command = "github.com/ashlar-iac/ashlar/integration/cmd/"

// AWS builds the simulated AWS.
func AWS(ctx context.Context) (Cloud, error) {
	c, err := build(ctx, "pulumi-resource-aws", "aws")
	if err != nil {
		return Cloud{}, fmt.Errorf("build the simulated AWS: %w", err)
	}
	c.Credentials = map[string]string{"AWS_ACCESS_KEY_ID": "simulated", "AWS_SECRET_ACCESS_KEY": "simulated"}
	return c, nil
}

// build builds a command of this module, and links it under the name of a command line. Both are in the user's cache
// folder. The go command does nothing when they are current, and any number of processes may build at the same time.
func build(ctx context.Context, name, cli string) (Cloud, error) {
	path, err := buildCommand(ctx, name)
	if err != nil {
		return Cloud{}, err
	}
	c := Cloud{Provider: path, CLI: filepath.Join(filepath.Dir(path), "path", cli)}
	if err := os.MkdirAll(filepath.Dir(c.CLI), 0o700); err != nil {
		return Cloud{}, err
	}
	if err := os.Symlink(path, c.CLI); err != nil && !errors.Is(err, fs.ErrExist) {
		return Cloud{}, err
	}
	return c, nil
}

func buildCommand(ctx context.Context, name string) (path string, err error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", command+name).Output()
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	// Each clone has a folder of its own, or two of them would build over each other.
	source := strings.TrimSpace(string(out))
	dir := filepath.Join(cache, "ashlar", "simulated", fmt.Sprintf("%x", sha256.Sum256([]byte(source)))[:16])
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	lock := flock.New(filepath.Join(dir, name+".lock"))
	if err := lock.Lock(); err != nil {
		return "", err
	}
	defer func() { _ = lock.Unlock() }()
	path = filepath.Join(dir, name)
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", path, command+name).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
}
