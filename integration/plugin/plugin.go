// Package plugin builds the simulated clouds as provider plugins of the Pulumi engine.
package plugin

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gofrs/flock"
)

// Cloud contains the executables of a simulated cloud.
type Cloud struct {
	// Provider is the path of the provider.
	Provider string
	// CLI is the path of the simulated command line of the cloud, with which kubeconfigs authenticate. It is a link to
	// the provider with the name of the real command line. It is alone in its folder, because the engine uses providers
	// in folders on PATH. Default: the cloud has none.
	CLI string
	// Credentials are the environment variables that the provider requires. Their values do not matter.
	Credentials map[string]string
}

// AzureVersion is the version of the provider that the simulated Azure serves: the one that the modules of the Azure SDK
// ask for, whatever their own version is.
const AzureVersion = "2.90.0"

// AWSVersion is the version of the provider that the simulated AWS serves, with whose SDK programs are compiled.
const AWSVersion = "6.83.4"

// The commands of this module that programs use as executables.
const (
	// AzureProvider is the simulated Azure.
	AzureProvider = "pulumi-resource-azure-native"
	// AWSProvider is the simulated AWS.
	AWSProvider = "pulumi-resource-aws"
	// ControlPlane starts and stops a control plane.
	ControlPlane = "controlplane"
)

// Package returns the import path of a command.
func Package(command string) string { return "github.com/ashlar-iac/ashlar/integration/cmd/" + command }

// built are the simulated clouds of this process.
var built struct {
	sync.Mutex
	aws, azure Cloud
}

// AWS builds the simulated AWS, once in a process: even if the executable is current, a build takes two seconds.
func AWS(ctx context.Context) (Cloud, error) {
	built.Lock()
	defer built.Unlock()
	if built.aws.Provider == "" {
		c, err := build(ctx, AWSProvider, "aws")
		if err != nil {
			return Cloud{}, fmt.Errorf("build the simulated AWS: %w", err)
		}
		built.aws = c
	}
	c := built.aws
	c.Credentials = AWSCredentials()
	return c, nil
}

// AWSCredentials returns the environment variables with credentials of the simulated AWS. Their values do not matter.
func AWSCredentials() map[string]string {
	return map[string]string{"AWS_ACCESS_KEY_ID": "simulated", "AWS_SECRET_ACCESS_KEY": "simulated"}
}

// Azure builds the simulated Azure, once in a process.
func Azure(ctx context.Context) (Cloud, error) {
	built.Lock()
	defer built.Unlock()
	if built.azure.Provider == "" {
		c, err := build(ctx, AzureProvider, "kubelogin")
		if err != nil {
			return Cloud{}, fmt.Errorf("build the simulated Azure: %w", err)
		}
		built.azure = c
	}
	c := built.azure
	c.Credentials = AzureCredentials()
	return c, nil
}

// AzureSubscription is the default subscription of the simulated Azure, and AzureTenant its tenant.
const (
	AzureSubscription = "10000000-0000-4000-8000-000000000001"
	AzureTenant       = "10000000-0000-4000-8000-000000000002"
)

// AzureCredentials returns the environment variables that select a managed identity in the default subscription of the
// simulated Azure. The provider needs none of them, but the azure module looks for credentials.
func AzureCredentials() map[string]string {
	return map[string]string{
		"ARM_USE_MSI": "true", "ARM_SUBSCRIPTION_ID": AzureSubscription, "ARM_TENANT_ID": AzureTenant,
	}
}

// build builds a command, and a link to it with the name of the command line of the cloud.
func build(ctx context.Context, name, cli string) (Cloud, error) {
	path, err := Build(ctx, name)
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

// Build builds a command like [BuildPackage].
func Build(ctx context.Context, name string) (executable string, err error) {
	return BuildPackage(ctx, Package(name))
}

// BuildPackage builds a main package of the workspace in the user's cache folder, and returns the path of the executable.
// Processes can build in parallel. The go command does nothing if the executable is current.
func BuildPackage(ctx context.Context, importPath string) (executable string, err error) {
	name := path.Base(importPath)
	out, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", importPath).Output()
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	// Each clone of the repository has its own folder.
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
	executable = filepath.Join(dir, name)
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", executable, importPath).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return executable, nil
}
