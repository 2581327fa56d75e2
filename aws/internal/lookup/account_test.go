package lookup_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/lookup"
	"github.com/ashlar-iac/ashlar/core/config"
)

func TestIsIDAcceptsTwelveDigits(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"123456789012": true, "000000000000": true, "": false, "12345678901": false, "1234567890123": false, "12345678901a": false, "+12345678901": false,
		"１23456789012": false,
	} {
		require.Equal(t, want, lookup.IsID(id), id)
	}
}

type holder struct {
	Accounts []string `pulumi:"accounts"`
}

func (h *holder) Validate(report *config.Report) {
	lookup.CheckIDs(report, []string{"accounts"}, h.Accounts)
}

func TestCheckIDsReportsEachInvalidID(t *testing.T) {
	t.Parallel()
	require.NoError(t, config.Check("accounts", &holder{[]string{"123456789012"}}))
	require.ErrorContains(t, config.Check("accounts", &holder{[]string{"123456789012", "1234"}}),
		`accounts[1]: found "1234": use an account ID of 12 digits in quotes`)
}
