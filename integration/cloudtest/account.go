package cloudtest

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	simulated "github.com/ashlar-iac/ashlar/integration/cloud/aws"
	"github.com/ashlar-iac/ashlar/integration/clusters"
	"github.com/ashlar-iac/ashlar/integration/engine"
	"github.com/ashlar-iac/ashlar/integration/plugin"
	"github.com/ashlar-iac/ashlar/integration/process"
	"github.com/ashlar-iac/ashlar/integration/testenv"
)

// The variables that ask for runs in a real account.
const (
	EnvLive     = "ASHLAR_LIVE"
	EnvEndpoint = "ASHLAR_AWS_ENDPOINT"
	EnvRegion   = "ASHLAR_AWS_REGION"
)

// CleanUpTag is the key of the tag that everything in a real account gets. Its value tells the runs apart.
const CleanUpTag = "ashlar-test"

// Account is an account of AWS that tests deploy to.
type Account struct {
	// Store holds what exists in a simulated account. Nil in a real one.
	Store *cloud.Store

	dir      string
	planes   bool
	endpoint string
	run      string
}

// AWS runs a test in a simulated account and, when it is asked for, in a real one.
func AWS(t *testing.T, test func(t *testing.T, a *Account)) {
	t.Helper()
	t.Run("simulated", func(t *testing.T) {
		t.Parallel()
		test(t, Simulated(t))
	})
	t.Run("live", func(t *testing.T) {
		t.Parallel()
		a := &Account{endpoint: os.Getenv(EnvEndpoint), run: time.Now().UTC().Format("20060102-150405")}
		switch {
		case a.endpoint != "":
			t.Logf("at %s", a.endpoint)
		case os.Getenv(EnvLive) == "aws":
			t.Logf("WARNING: this makes resources in a real AWS account, which costs money. They have the tag %s=%s.", CleanUpTag, a.run)
		default:
			t.Skipf("set %s=aws and credentials to run in a real account, or %s to run against an emulator", EnvLive, EnvEndpoint)
		}
		test(t, a)
	})
}

// Simulated returns an empty simulated account. Its clusters have control planes, which end with the test.
func Simulated(t *testing.T) *Account {
	t.Helper()
	dir := t.TempDir()
	store, err := cloud.Open(dir)
	require.NoError(t, err)
	t.Cleanup(func() {
		// The test's own context has ended.
		if err := clusters.StopAll(context.Background(), dir); err != nil {
			t.Errorf("end the control planes of the simulated account: %v", err)
		}
	})
	return &Account{Store: store, dir: dir, planes: true}
}

// WithoutControlPlanes makes clusters of a simulated account that consist of their description, for tests of options: they cost nothing and have an
// endpoint that nothing answers at. It has to be called before [Account.Use], and returns the account.
func (a *Account) WithoutControlPlanes() *Account {
	a.planes = false
	return a
}

// ControlPlane returns the folder of the control plane of a cluster in the region of a simulated account, for package clusters.
func (a *Account) ControlPlane(region, cluster string) string {
	return clusters.Dir(a.dir, simulated.Account+"/"+region, cluster)
}

// Run tells the run in a real account from others: it is the value of [CleanUpTag].
func (a *Account) Run() string { return a.run }

// Region returns the first of the account's regions.
func (a *Account) Region() string {
	if a.Store == nil {
		return cmp.Or(os.Getenv(EnvRegion), "eu-west-1")
	}
	return "eu-west-1"
}

// Provider makes an explicit provider of the account.
func (a *Account) Provider(ctx *pulumi.Context, name, region string) (*aws.Provider, error) {
	args := &aws.ProviderArgs{Region: pulumi.String(region)}
	if a.Store == nil {
		args.DefaultTags = &aws.ProviderDefaultTagsArgs{Tags: pulumi.StringMap{CleanUpTag: pulumi.String(a.run)}}
	}
	if a.endpoint != "" {
		all := pulumi.String(a.endpoint)
		args.Endpoints = aws.ProviderEndpointArray{&aws.ProviderEndpointArgs{
			Cloudwatchlogs: all, Ec2: all, Eks: all, Events: all, Iam: all, Kms: all, Logs: all, S3: all, Sqs: all, Ssm: all, Sts: all,
		}}
		args.S3UsePathStyle, args.SkipCredentialsValidation, args.SkipMetadataApiCheck = pulumi.Bool(true), pulumi.Bool(true), pulumi.Bool(true)
	}
	return aws.NewProvider(ctx, name, args)
}

// Use makes a stack's programs run in the account, whatever providers they make. The default provider has the account's region.
func (a *Account) Use(t *testing.T, e *engine.Engine, stack *engine.Stack) {
	t.Helper()
	variables := map[string]string{}
	if a.Store != nil {
		built, err := plugin.Build(t.Context())
		require.NoError(t, err)
		variables = plugin.Variables(a.dir, a.clusters(t, built.AWSCLI))
		// What is lost with the process is a simulation: the state is written once, and not at every step.
		variables["PULUMI_EXPERIMENTAL"], variables["PULUMI_SKIP_CHECKPOINTS"] = "1", "1"
		// The CLI and its plugins live for a second: collecting garbage is a seventh of their work.
		variables["GOGC"] = "400"
		require.NoError(t, e.InstallProvider("aws", simulated.Version, built.AWS))
	} else {
		variables["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"], variables["PULUMI_IGNORE_AMBIENT_PLUGINS"] = "false", "false"
	}
	variables["AWS_REGION"] = a.Region()
	require.NoError(t, stack.Workspace().SetEnvVars(variables))
}

// clusters says what clusters run with. They end with this process, however that ends.
func (a *Account) clusters(t *testing.T, awsCLI string) *plugin.Clusters {
	t.Helper()
	if !a.planes {
		return nil
	}
	owner, err := process.Identify(os.Getpid())
	require.NoError(t, err)
	return &plugin.Clusters{Tools: testenv.Tools(t), AWSCLI: awsCLI, Owner: owner}
}

// Stack returns a stack of an engine of its own, whose program runs in the account.
func (a *Account) Stack(t *testing.T, project string, program pulumi.RunFunc) *engine.Stack {
	t.Helper()
	e := testenv.Engine(t)
	stack, err := e.Inline(t.Context(), project, "dev", program)
	require.NoError(t, err)
	a.Use(t, e, stack)
	return stack
}

// Objects returns what exists in a simulated account, "TYPE PLACE ID" each.
func (a *Account) Objects(t *testing.T) []string {
	t.Helper()
	all, err := a.Store.List("")
	require.NoError(t, err)
	var out []string
	for _, o := range all {
		out = append(out, fmt.Sprintf("%s %s %s", o.Type, o.Place, o.ID))
	}
	return out
}

// RequireEmpty fails when something exists in a simulated account, or a control plane is left. In a real one it cannot tell.
func (a *Account) RequireEmpty(t *testing.T) {
	t.Helper()
	if a.Store != nil {
		require.Empty(t, strings.Join(a.Objects(t), "\n"), "left in the account")
		left, err := clusters.Dirs(a.dir)
		require.NoError(t, err)
		require.Empty(t, strings.Join(left, "\n"), "control planes left behind the account")
	}
}
