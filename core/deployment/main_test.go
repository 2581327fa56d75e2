package deployment_test

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/deployment"
	"github.com/ashlar-iac/ashlar/core/failure"
)

// errorLog has the errors that are logged.
type errorLog struct {
	pulumi.Log
	errors []string
}

func (l *errorLog) Error(text string, _ *pulumi.LogArgs) error {
	l.errors = append(l.errors, text)
	return nil
}

func TestReportShowsErrorsAsTheyAre(t *testing.T) {
	t.Parallel()
	one, two := errors.New("one"), errors.New("two\n  with details")
	err := pulumi.RunErr(func(*pulumi.Context) error { return failure.Join(one, two) }, pulumi.WithMocks("project", "dev", mocks{}))
	require.ErrorContains(t, err, "1 error occurred", "the SDK adds its own words")
	log := &errorLog{}
	require.NoError(t, deployment.Report(log, err))
	assert.Equal(t, []string{"one", "two\n  with details"}, log.errors)
}
