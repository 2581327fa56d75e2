package config_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/core"
	"github.com/ashlar-iac/ashlar/core/config"
)

// lan is a network whose methods panic on nil.
type lan struct {
	pulumi.ResourceState
	info core.NetworkInfo
}

func (l *lan) NetworkInfo() core.NetworkInfo { return l.info }

type vpn struct{ info core.NetworkInfo }

func (v vpn) NetworkInfo() core.NetworkInfo { return v.info }

type hostArgs struct {
	Network core.Network                  `config:"program"`
	Others  []core.Network                `config:"program"`
	Image   pulumi.StringInput            `pulumi:"image,optional"`
	Labels  pulumi.StringMapInput         `pulumi:"labels,optional"`
	Zones   map[string]pulumi.StringInput `pulumi:"zones,optional"`
	Disks   config.Named[*diskArgs]       `pulumi:"disks,optional"`
	IDs     pulumi.StringArrayInput       `pulumi:"ids,optional"`
}

type diskArgs struct {
	KeyARN pulumi.StringInput `pulumi:"keyArn,optional"`
}

func (a *hostArgs) ValidateArguments(*config.Report) {
	if a.Network != nil {
		_ = a.Network.NetworkInfo()
	}
}

func TestNilInArgumentsIsReported(t *testing.T) {
	t.Parallel()
	var never pulumi.StringOutput
	tests := map[string]struct {
		reason string
		args   hostArgs
		want   []string
	}{
		"Unset": {reason: "an unset argument is omitted"},
		"Nil pointer in a contract": {
			reason: "its methods panic",
			args:   hostArgs{Network: (*lan)(nil)},
			want:   []string{"network: nil *config_test.lan: pass a constructed one or omit the argument"},
		},
		"Component of no constructor": {
			reason: "its outputs are empty",
			args:   hostArgs{Network: &lan{}},
			want:   []string{"network: empty *config_test.lan: pass one that its constructor returned, or omit the argument"},
		},
		"In a list": {
			reason: "each of them",
			args:   hostArgs{Others: []core.Network{vpn{}, (*lan)(nil)}},
			want:   []string{"others[1]: nil *config_test.lan: pass a constructed one or omit the argument"},
		},
		"Outputs": {
			reason: "an output that nothing was assigned to panics when it is used; all are reported at once",
			args: hostArgs{
				Image: never, Zones: map[string]pulumi.StringInput{"a": never}, Disks: config.Named[*diskArgs]{"d": {KeyARN: never}},
				Labels: pulumi.StringMap{"l": never}, IDs: pulumi.StringArray{pulumi.String("id"), never},
			},
			want: []string{
				"disks.d.keyArn: empty pulumi.StringOutput", "ids[1]: empty pulumi.StringOutput",
				"image: empty pulumi.StringOutput: pass an output that was assigned, or omit the argument",
				"labels.l: empty pulumi.StringOutput", "zones.a: empty pulumi.StringOutput",
			},
		},
		"What the SDK treats as unset": {
			reason: "nil maps, lists and pointers of the SDK have no value, but do not panic",
			args:   hostArgs{Labels: pulumi.StringMap(nil), IDs: pulumi.StringArray(nil)},
		},
		"Values of contracts": {reason: "an implementation need not be a pointer", args: hostArgs{Others: []core.Network{vpn{}}}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := prepare(t, "host", &tc.args)
			if len(tc.want) == 0 {
				require.NoError(t, err, tc.reason)
				return
			}
			var invalid *config.Error
			require.ErrorAs(t, err, &invalid, tc.reason)
			require.Len(t, invalid.Findings, len(tc.want), tc.reason)
			for i, want := range tc.want {
				require.Contains(t, invalid.Findings[i].String(), want, tc.reason)
			}
			require.ErrorAs(t, config.Check("arguments", &tc.args), &invalid, "the check alone finds the same")
		})
	}
}
