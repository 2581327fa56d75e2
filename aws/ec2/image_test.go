package ec2_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/ec2"
)

// The image has the architecture of the type.
func TestTypesAndTheirArchitecture(t *testing.T) {
	t.Parallel()
	for architecture, types := range map[string]string{
		"x86_64": "t2.nano t3.micro t3a.large m5.24xlarge c7i-flex.large m7i.metal-24xl x2iedn.xlarge u-6tb1.56xlarge u7i-12tb.224xlarge " +
			"g4dn.xlarge g6.12xlarge gr6.4xlarge p5.48xlarge inf2.xlarge trn1n.32xlarge z1d.metal hpc6id.32xlarge i3en.xlarge",
		"arm64": "a1.large t4g.micro m7g.metal m7gd.16xlarge c7gn.medium r8g.metal-48xl x2gd.large g5g.xlarge im4gn.large is4gen.medium " +
			"i8ge.large hpc7g.4xlarge p6e-gb200.36xlarge",
	} {
		for _, typ := range strings.Fields(types) {
			t.Run(typ, func(t *testing.T) {
				t.Parallel()
				r := made(t, &ec2.InstanceArgs{InstanceSettings: ec2.InstanceSettings{InstanceType: typ}, Network: network{platform: "aws"}})
				require.Equal(t, "web-image-al2023-"+architecture, r.One(t, "pulumi:index:Stash").Name)
			})
		}
	}
}
