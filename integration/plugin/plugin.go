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
	// AWSCLI stands in for AWS's command line: it is called "aws", and there is nothing else in its folder.
	AWSCLI string
}

const (
	module = "github.com/ashlar-iac/ashlar/integration/cmd/"
	awsCmd = "pulumi-resource-aws"
	cliCmd = "aws"
)

// Build returns the simulated AWS. It is built into the user's cache folder; the go command does nothing when it is there
// and current. Any number of processes may ask at the same time.
func Build(ctx context.Context) (Executables, error) {
	dir, err := build(ctx, awsCmd, cliCmd)
	if err != nil {
		return Executables{}, fmt.Errorf("build the simulated AWS: %w", err)
	}
	return Executables{AWS: filepath.Join(dir, awsCmd), AWSCLI: filepath.Join(dir, "path", cliCmd)}, nil
}

func build(ctx context.Context, names ...string) (dir string, err error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", module+names[0]).Output()
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	// Each clone has a folder of its own, or two of them would build over each other.
	source := strings.TrimSpace(string(out))
	dir = filepath.Join(cache, "ashlar", "simulated", fmt.Sprintf("%x", sha256.Sum256([]byte(source)))[:16])
	if err := os.MkdirAll(filepath.Join(dir, "path"), 0o700); err != nil {
		return "", err
	}
	lock := flock.New(filepath.Join(dir, "lock"))
	if err := lock.Lock(); err != nil {
		return "", err
	}
	defer func() { _ = lock.Unlock() }()
	args := []string{"build", "-o", dir + string(filepath.Separator)}
	for _, name := range names {
		args = append(args, module+name)
	}
	if out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	// A folder on PATH must not hold the provider, which the engine would take from there.
	if err := os.Symlink(filepath.Join("..", cliCmd), filepath.Join(dir, "path", cliCmd)); !errors.Is(err, fs.ErrExist) {
		return dir, err
	}
	return dir, nil
}
