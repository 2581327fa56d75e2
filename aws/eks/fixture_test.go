package eks_test

import "flag"

// Golden files are written anew with -update.
var _ = flag.Bool("update", false, "write the golden files anew")

func ptr[T any](v T) *T { return &v }
