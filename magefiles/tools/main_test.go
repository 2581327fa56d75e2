package tools_test

import (
	"errors"
	"fmt"
	"os"
	"testing"
)

// The tests must not use what the environment of a developer has.
func TestMain(m *testing.M) {
	data, err := os.MkdirTemp("", "ashlar-data-")
	err = errors.Join(err, os.Unsetenv("ASHLAR_TOOLS"), os.Unsetenv("ASHLAR_TOOLS_MIRROR"),
		os.Unsetenv("KUBEBUILDER_ASSETS"), os.Setenv("XDG_DATA_HOME", data))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(data)
	os.Exit(code)
}
