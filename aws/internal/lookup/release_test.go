package lookup

import (
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/stretchr/testify/require"
)

func TestEntriesAreDeletedWithTheirProvider(t *testing.T) {
	t.Parallel()
	provider := &aws.Provider{}
	shared(provider).account.known = true
	key := weak.Make(provider)
	_, exists := entries.Load(key)
	require.True(t, exists)
	runtime.KeepAlive(provider)
	require.Eventually(t, func() bool {
		runtime.GC()
		_, exists := entries.Load(key)
		return !exists
	}, 10*time.Second, time.Millisecond)
}
