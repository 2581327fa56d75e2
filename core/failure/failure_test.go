package failure_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/failure"
)

var errCause = errors.New("no such host")

func TestErrorsBelongToAllWrappedClasses(t *testing.T) {
	t.Parallel()
	inner := failure.Wrap(failure.Configuration, "check", `arguments of "web"`, errCause)
	err := fmt.Errorf("outside: %w", failure.Wrap(failure.Component, "register", `component "web"`, inner))

	require.ErrorIs(t, err, failure.Component)
	require.ErrorIs(t, err, failure.Configuration)
	require.ErrorIs(t, err, errCause)
	require.NotErrorIs(t, err, failure.Version)
	assert.Equal(t, []failure.Class{failure.Component, failure.Configuration}, failure.Classes(err))
	require.EqualError(t, err, `outside: register component "web": check arguments of "web": no such host`)

	var details *failure.Error
	require.ErrorAs(t, err, &details)
	assert.Equal(t, "register", details.Action)
	assert.Equal(t, `component "web"`, details.Subject)
}

func TestNilIsNoError(t *testing.T) {
	t.Parallel()
	require.NoError(t, failure.Wrap(failure.Provider, "make", "provider", nil))
	require.NoError(t, failure.Join())
	require.NoError(t, failure.Join(nil, nil))
	assert.Empty(t, failure.Classes(nil))
	assert.Empty(t, failure.Classes(errCause), "an error without a class has none")
	assert.Empty(t, slices.Collect(failure.All(nil)))
}

func TestJoinKeepsTheOrder(t *testing.T) {
	t.Parallel()
	one := failure.New(failure.Version, "resolve", "istio", "no version fits %q", ">9")
	two := failure.New(failure.Credentials, "find", "credentials of aws", "none")
	three := fmt.Errorf("wrapped: %w", errors.Join(errCause, one))

	err := failure.Join(failure.Join(one, nil, two), errors.Join(three, errCause))
	assert.Equal(t, []error{one, two, three, errCause}, slices.Collect(failure.All(err)),
		"joined errors are flat; a wrapped one stays whole")
	assert.Equal(t, []failure.Class{failure.Version, failure.Credentials}, failure.Classes(err))
	require.EqualError(t, err, one.Error()+"\n"+two.Error()+"\n"+three.Error()+"\n"+errCause.Error())

	for e := range failure.All(err) {
		assert.Equal(t, one, e, "ranging can end early")
		break
	}
	assert.Equal(t, one, failure.Join(nil, one), "one problem stays what it is")
}
