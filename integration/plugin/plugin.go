// Package plugin builds the simulated clouds as executables that Pulumi's engine
// takes for providers.
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

// Executables are the programs of the simulated AWS.
type Executables struct {
	// AWS is the provider.
	AWS string
	// AWSCLI stands in for AWS's command line: it is called "aws", and there is nothing else in its folder, as the engine would take a provider from a folder on
	// PATH. It is the same program under another name, which is linked once.
	AWSCLI string
}

const command = "github.com/ashlar-iac/ashlar/integration/cmd/"

// Build returns the simulated AWS. It is built into the user's cache folder; the go command does nothing when it is there
// and current. Any number of processes may ask at the same time.
func Build(ctx context.Context) (Executables, error) {
	path, err := build(ctx, "pulumi-resource-aws")
	if err != nil {
		return Executables{}, fmt.Errorf("build the simulated AWS: %w", err)
	}
	cli := filepath.Join(filepath.Dir(path), "path", "aws")
	if err := os.MkdirAll(filepath.Dir(cli), 0o700); err != nil {
		return Executables{}, fmt.Errorf("build the simulated AWS: %w", err)
	}
	if err := os.Symlink(path, cli); err != nil && !errors.Is(err, fs.ErrExist) {
		return Executables{}, fmt.Errorf("build the simulated AWS: %w", err)
	}
	return Executables{AWS: path, AWSCLI: cli}, nil
}

func build(ctx context.Context, name string) (path string, err error) {
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
