package deployment_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core/config"
	"github.com/ashlar-iac/ashlar/core/deployment"
)

type queueConfiguration struct {
	deployment.Switch
	Topics config.Named[queueEntry] `pulumi:"topics"`
}

type queueEntry struct {
	Region string `pulumi:"region" jsonschema:"enum=north,enum=south"`
}

type readerConfiguration struct {
	deployment.Switch
	Orders deployment.Reference[*topic] `pulumi:"orders"`
}

func (c *readerConfiguration) ValidateReferences(report *config.Report, known *deployment.Known) {
	if t, ok := deployment.LookupKnown(known, c.Orders); ok && t.name != "north" {
		report.Add([]string{"orders"}, "it is in the %s: use one in the north", t.name)
	}
}

func TestReferencesAreCheckedBeforeAnythingIsCreated(t *testing.T) {
	t.Parallel()
	queues := deployment.NewModule("queues", nil, func(*deployment.Context, *queueConfiguration) error {
		return errors.New("deployed")
	}, deployment.Provides[*topic]("topics"),
		deployment.Describes(func(c *queueConfiguration, name string) *topic { return &topic{c.Topics[name].Region} }))
	reader := deployment.NewModule("reader", nil, func(*deployment.Context, *readerConfiguration) error { return nil })
	for name, tc := range map[string]struct{ reason, queues, want string }{
		"Contradiction": {"what an entry says is known", `{"enabled":true,"topics":{"orders":{"region":"south"}}}`,
			"1 problem:\n  reader.orders: it is in the south: use one in the north"},
		"Agreement": {"the modules are deployed", `{"enabled":true,"topics":{"orders":{"region":"north"}}}`, "deployed"},
		"Broken":    {"a problem of the entry hides its consequences", `{"enabled":true,"topics":{"orders":{"region":"west"}}}`, `1 problem:` + "\n" + `  queues.topics.orders.region: unknown value "west"`},
		"Disabled":  {"another check reports it", `{"enabled":false,"topics":{"orders":{"region":"south"}}}`, "1 problem:\n  reader.orders: module queues is not enabled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, map[string]string{"queues": tc.queues, "reader": `{"enabled":true,"orders":"queues/orders"}`}, reader, queues)
			require.ErrorContains(t, err, tc.want, tc.reason)
		})
	}
}

func TestErrorsOfComponentsHaveThePositionOfTheirEntry(t *testing.T) {
	t.Parallel()
	invalid := func(subject, path string) error {
		return &config.Error{Subject: subject, Findings: []config.Finding{{Path: path, Message: "unknown region"}}}
	}
	tests := map[string]struct {
		reason string
		err    error
		want   string
	}{
		"Value": {
			"what only the component finds leads to the value", invalid(`arguments of Topic "orders"`, "region"),
			"deploy module queues: invalid arguments of Topic \"orders\": 1 problem:\n  Pulumi.dev.yaml:6:17: queues.topics.orders.region: unknown region",
		},
		"Component within it": {
			"its options are not those of the entry", invalid(`arguments of Part "orders-part"`, "size"),
			"Pulumi.dev.yaml:6:9: queues.topics.orders: arguments of Part \"orders-part\": size: unknown region",
		},
		"Other error": {
			"the place of the entry", errors.New("access denied"),
			"deploy module queues: Pulumi.dev.yaml:6:9: queues.topics.orders: access denied",
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "Pulumi.dev.yaml")
			require.NoError(t, os.WriteFile(path, []byte("config:\n  ashlar:queues:\n    enabled: true\n    topics:\n      orders:\n        region: north\n"), 0o600))
			queues := deployment.NewModule("queues", nil, func(ctx *deployment.Context, _ *queueConfiguration) error {
				require.NoError(t, ctx.Locate(nil, "topics", "orders"))
				return ctx.Locate(tc.err, "topics", "orders")
			})
			err := pulumi.RunErr(func(ctx *pulumi.Context) error {
				return deployment.NewManager(deployment.WithConfig(config.WithStackFile(path))).Run(ctx, queues)
			}, pulumi.WithMocks("project", "dev", mocks{}), func(info *pulumi.RunInfo) {
				info.Config = map[string]string{"ashlar:queues": `{"enabled":true,"topics":{"orders":{"region":"north"}}}`}
			})
			require.ErrorContains(t, err, tc.want, tc.reason)
		})
	}
}
