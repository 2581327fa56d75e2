//go:build !unix

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "supervise: this operating system is not supported: use Linux, macOS or another Unix")
	os.Exit(1)
}
