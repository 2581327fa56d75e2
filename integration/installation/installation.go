// Package installation provides separate installations of the Pulumi CLI: each has its own plugins, backend and settings,
// and ignores those of the user.
package installation

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/ashlar-iac/ashlar/magefiles/tools"
)

// stopDelay is the time that a canceled CLI has to end. It waits for operations in progress.
const stopDelay = time.Minute

// Installation is a separate installation of the Pulumi CLI.
type Installation struct {
	dir   string
	tools tools.Set
}

// New creates an installation in dir, which is created. set contains the tools of [Programs].
func New(dir string, set tools.Set) (*Installation, error) {
	fail := func(err error) (*Installation, error) {
		return nil, fmt.Errorf("create an installation of Pulumi: %w", err)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fail(err)
	}
	i := &Installation{dir: dir, tools: set}
	for _, dir := range []string{i.Backend(), i.Temporary()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fail(err)
		}
	}
	if err := i.installPlugins(); err != nil {
		return fail(err)
	}
	if err := os.WriteFile(i.passphraseFile(), []byte(rand.Text()), 0o600); err != nil {
		return fail(err)
	}
	return i, nil
}

// Backend returns the folder with the state of the stacks.
func (i *Installation) Backend() string { return filepath.Join(i.dir, "state") }

// Temporary returns the temporary folder of the CLI, programs and providers.
func (i *Installation) Temporary() string { return filepath.Join(i.dir, "tmp") }

// Home returns the folder of the plugins and settings, PULUMI_HOME.
func (i *Installation) Home() string { return filepath.Join(i.dir, "home") }

func (i *Installation) passphraseFile() string { return filepath.Join(i.dir, "passphrase") }

// installPlugins installs the plugins like `pulumi plugin install`, because the CLI warns about plugins on PATH.
func (i *Installation) installPlugins() error {
	host, err := i.wrapLanguageHost()
	if err != nil {
		return err
	}
	for _, p := range []struct {
		name       tools.Name
		kind, path string
	}{
		{tools.LanguageGo, "language-go", host},
		{tools.ProviderKubernetes, "resource-kubernetes", i.tools.Path(tools.ProviderKubernetes)},
	} {
		version, err := tools.Version(tools.Options{}, p.name)
		if err != nil {
			return err
		}
		if err := i.install(p.kind, version, p.path); err != nil {
			return err
		}
	}
	return nil
}

// ProgramVariable is the environment variable with the executable of a program of a project folder, if it is compiled
// already. Otherwise the language host compiles the program in each run.
const ProgramVariable = "ASHLAR_PROGRAM"

// languageHost is a script instead of the language host. Version 3.60 ignores the option binary of Pulumi.yaml, and has a
// flag with its name.
const languageHost = `#!/bin/sh
if [ -n "$` + ProgramVariable + `" ] && %[1]s -help 2>&1 | grep -q -- -binary; then
	exec %[1]s -binary="$` + ProgramVariable + `" "$@"
fi
exec %[1]s "$@"
`

// wrapLanguageHost returns the path of a language host that uses [ProgramVariable].
func (i *Installation) wrapLanguageHost() (string, error) {
	host := i.tools.Path(tools.LanguageGo)
	if runtime.GOOS == "windows" {
		return host, nil
	}
	path := filepath.Join(i.dir, "pulumi-language-go")
	quoted := "'" + strings.ReplaceAll(host, "'", `'\''`) + "'"
	return path, os.WriteFile(path, fmt.Appendf(nil, languageHost, quoted), 0o700)
}

func (i *Installation) install(kind, version, path string) error {
	dir := filepath.Join(i.Home(), "plugins", kind+"-v"+version)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.Symlink(path, filepath.Join(dir, "pulumi-"+kind))
}

// InstallProvider installs an executable as a version of the provider of a package.
func (i *Installation) InstallProvider(name, version, path string) error {
	if err := i.install("resource-"+name, version, path); err != nil {
		return fmt.Errorf("install provider %s: %w", name, err)
	}
	return nil
}

// Variables returns the environment variables with which the Pulumi CLI uses the stacks of the installation.
func (i *Installation) Variables() map[string]string {
	return map[string]string{
		"PULUMI_BACKEND_URL":            "file://" + i.Backend(),
		"PULUMI_HOME":                   i.Home(),
		"PULUMI_CONFIG_PASSPHRASE_FILE": i.passphraseFile(),
	}
}

// Environment returns the environment of the CLI: that of this process without the variables that refer to stacks,
// clusters and settings of the user.
func (i *Installation) Environment() []string {
	var env []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if name == "KUBECONFIG" || strings.HasPrefix(name, "PULUMI_") {
			continue
		}
		env = append(env, v)
	}
	for name, value := range i.Variables() {
		env = append(env, name+"="+value)
	}
	if flags := os.Getenv("GOFLAGS"); !strings.Contains(flags, "-ldflags") {
		// The language host links a program in each run. Without debug information, this is 25% faster.
		env = append(env, "GOFLAGS="+strings.TrimSpace(flags+" -ldflags=-w"))
	}
	return append(env,
		// Providers leave files behind.
		"TMPDIR="+i.Temporary(),
		"PULUMI_SKIP_UPDATE_CHECK=true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
		"PULUMI_AUTOMATION_API=true",
		// Use only the plugins in the home of the installation.
		"PULUMI_IGNORE_AMBIENT_PLUGINS=true",
	)
}

// Command is a run of the CLI.
type Command struct {
	// Dir is the working folder. Default: that of this process.
	Dir string
	// Env is added to [Installation.Environment], as "key=value".
	Env []string
	// Args are the arguments, such as "up" and "--yes". The CLI fails instead of prompting.
	Args []string
	// Stdout and Stderr receive the output. Default: it is discarded.
	Stdout, Stderr io.Writer
}

// Run runs the CLI under supervise: it ends with its plugins when ctx ends and with this process, even if that is
// killed. The error of a CLI that fails is an [exec.ExitError].
func (i *Installation) Run(ctx context.Context, c Command) error {
	// Clusters of simulated clouds keep running after the CLI has ended.
	args := append([]string{"-grace", stopDelay.String(), "-spare", "--", i.tools.Path(tools.Pulumi), "--non-interactive"},
		c.Args...)
	cmd := exec.CommandContext(ctx, i.tools.Path(tools.Supervise), args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.Dir, c.Stdout, c.Stderr
	cmd.Env = append(i.Environment(), c.Env...)
	// The pipe closes when this process ends for any reason.
	alive, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	defer alive.Close()
	cmd.Cancel = alive.Close
	cmd.WaitDelay = stopDelay + 10*time.Second
	return cmd.Run()
}
