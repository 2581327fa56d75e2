package kernel

import (
	"fmt"
)

// Errorf returns an error in the cloud's own words, which need not be ours.
func Errorf(format string, args ...any) error { return fmt.Errorf(format, args...) }
