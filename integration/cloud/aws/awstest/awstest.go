package awstest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/accounttest"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws"
)

// The types of package accounttest.
type (
	// Account is a simulated AWS without an engine.
	Account = accounttest.Account
	// History is an account with the resources of steps, by their names.
	History = accounttest.History
	// Refusal is a case of [RunRefusals].
	Refusal = accounttest.Refusal
	// Step creates, updates or deletes a resource.
	Step = accounttest.Step
)

// in are the inputs of a step.
type in = map[string]any

// NewAccount returns an empty account. credentials says whether the provider finds credentials. Other providers of the
// account find them.
func NewAccount(t *testing.T, credentials bool) *Account {
	t.Helper()
	store, err := cloud.Open(t.TempDir())
	require.NoError(t, err)
	a := accounttest.New(t, store, func() *cloud.Cloud { return aws.New(func() bool { return true }) })
	if !credentials {
		a.Provider = aws.New(func() bool { return false }).Provider(store)
	}
	return a
}

// RunRefusals runs the steps of each case in an account of its own, after the common steps.
func RunRefusals(t *testing.T, common []Step, tests map[string]Refusal) {
	t.Helper()
	accounttest.RunRefusals(t, func(t *testing.T) *History {
		t.Helper()
		return NewAccount(t, true).Use(in{"region": "eu-west-1"}).History()
	}, common, tests)
}

// Merge returns the inputs of a, replaced and completed by those of b. An input that is nil is removed.
func Merge(a, b in) map[string]any { return accounttest.Merge(a, b) }

// Properties returns values as the engine passes them.
func Properties(v map[string]any) property.Map { return accounttest.Properties(v) }

// URN returns the URN of a resource of a type.
func URN(typ string) resource.URN { return accounttest.URN(typ) }

// Document returns a policy document with statements.
func Document(statements ...in) string {
	text, err := json.Marshal(in{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// TrustPolicy returns a trust policy for a service.
func TrustPolicy(service string) string {
	return Document(in{"Effect": "Allow", "Principal": in{"Service": service}, "Action": "sts:AssumeRole"})
}

// LongDocument returns a policy document of about a size.
func LongDocument(size int, statement in) string {
	return Document(Merge(statement, in{"Sid": strings.Repeat("a", size)}))
}
