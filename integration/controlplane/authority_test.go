package controlplane_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/controlplane"
)

func TestAuthorityIsTheSameForAllProcesses(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "directory")
	certificates := make(chan string)
	for range 4 {
		go func() {
			a, err := controlplane.OpenAuthority(dir)
			if err != nil {
				certificates <- err.Error()
				return
			}
			text, err := a.Certificate()
			if err != nil {
				text = []byte(err.Error())
			}
			certificates <- string(text)
		}()
	}
	first := <-certificates
	require.Contains(t, first, "BEGIN CERTIFICATE")
	for range 3 {
		require.Equal(t, first, <-certificates)
	}
	a, err := controlplane.OpenAuthority(dir)
	require.NoError(t, err)
	made, err := a.Credential("user", []string{"group"}, time.Hour)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().Add(time.Hour), made.Expires, time.Minute)
	_, err = controlplane.OpenAuthority("/dev/null/directory")
	require.ErrorContains(t, err, "open the authority in /dev/null/directory")
}
