package tools

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// output runs an installed program and returns its standard output. It kills the program after the timeout.
func (p *prober) output(ctx context.Context, path string, args ...string) (string, error) {
	// Linux kills the program when the thread that started it ends, so the thread must not end.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	// Prevents Pulumi from looking up its newest version on the internet.
	cmd.Env = append(os.Environ(), "PULUMI_SKIP_UPDATE_CHECK=true")
	cmd.SysProcAttr = groupAttr()
	cmd.Cancel = func() error { return killGroup(cmd.Process) }
	var out strings.Builder
	cmd.Stdout = &limited{out: &out, left: 1 << 20}
	cmd.WaitDelay = killDelay
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("run %s: %w", path, err)
	}
	return out.String(), nil
}

// limited writes a limited number of bytes and discards the rest.
type limited struct {
	out  *strings.Builder
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.out.Write(p[:n])
	l.left -= n
	return len(p), nil
}
