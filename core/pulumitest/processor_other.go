//go:build !unix

package pulumitest

import "time"

var started = time.Now()

// processorTime returns the time since the start of this process, where its processor time is not available.
func processorTime() time.Duration { return time.Since(started) }
