package cidr_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/cidr"
)

func TestSizesAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]cidr.Size{"/22": cidr.Prefix(22), "500 hosts": cidr.Hosts(500), "3/8": cidr.Share(3, 8)} {
		got, ok := cidr.ParseSize(text)
		require.True(t, ok, text)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "22", "/x", "x hosts", "1/x", "x/8"} {
		_, ok := cidr.ParseSize(text)
		require.False(t, ok, text)
	}
}
