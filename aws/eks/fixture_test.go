package eks_test

import "flag"

// The flag -update rewrites golden files.
var _ = flag.Bool("update", false, "rewrite golden files")

func ptr[T any](v T) *T { return &v }
