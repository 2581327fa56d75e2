package instancetype_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/instancetype"
)

func TestArchitectureAndAccelerators(t *testing.T) {
	t.Parallel()
	const nvidia, neuron = "nvidia", "neuron"
	tests := map[string]struct{ architecture, accelerator string }{
		"t3.micro":            {instancetype.X86, ""},
		"m7i-flex.large":      {instancetype.X86, ""},
		"m7g.2xlarge":         {instancetype.ARM, ""},
		"c6gn.medium":         {instancetype.ARM, ""},
		"a1.large":            {instancetype.ARM, ""},
		"u-6tb1.metal":        {instancetype.X86, ""},
		"u7in-16tb.224xlarge": {instancetype.X86, ""},
		"g5.xlarge":           {instancetype.X86, nvidia},
		"gr6.4xlarge":         {instancetype.X86, nvidia},
		"g6f.large":           {instancetype.X86, nvidia},
		"g4ad.xlarge":         {instancetype.X86, ""},
		"g5g.xlarge":          {instancetype.ARM, nvidia},
		"p5.48xlarge":         {instancetype.X86, nvidia},
		"p6-b200.48xlarge":    {instancetype.X86, nvidia},
		"p6-b300.48xlarge":    {instancetype.X86, nvidia},
		"p6e-gb200.36xlarge":  {instancetype.ARM, nvidia},
		"inf2.xlarge":         {instancetype.X86, neuron},
		"trn1.32xlarge":       {instancetype.X86, neuron},
		"trn2u.48xlarge":      {instancetype.X86, neuron},
		"m7i.metal-24xl":      {instancetype.X86, ""},
		"x8g.metal-48xl":      {instancetype.ARM, ""},
		"x2gd.medium":         {instancetype.ARM, ""},
		"im4gn.large":         {instancetype.ARM, ""},
		"r6id.32xlarge":       {instancetype.X86, ""},
		"hpc7g.16xlarge":      {instancetype.ARM, ""},
		"hpc7a.96xlarge":      {instancetype.X86, ""},
		"p4de.24xlarge":       {instancetype.X86, nvidia},
		"dl2q.24xlarge":       {instancetype.X86, ""},
		"m5dn.metal":          {instancetype.X86, ""},
		"vt1.3xlarge":         {instancetype.X86, ""},
		"i4g.large":           {instancetype.ARM, ""},
		"i7ie.48xlarge":       {instancetype.X86, ""},
		"t4g.nano":            {instancetype.ARM, ""},
		"c7i-flex.xlarge":     {instancetype.X86, ""},
	}
	for name, want := range tests {
		require.Empty(t, instancetype.Check(name), name)
		require.Equal(t, want.architecture, instancetype.Architecture(name), name)
		require.Equal(t, want.accelerator == nvidia, instancetype.HasAccelerator(name, nvidia), name)
		require.Equal(t, want.accelerator == neuron, instancetype.HasAccelerator(name, neuron), name)
	}
}

func TestTypesOfUnknownFamiliesAreValid(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"q1.large", "qx12abc-n7.huge", "m7g.2large", "p7-c400.metal-96xl", "z.mini"} {
		require.Empty(t, instancetype.Check(name), name)
	}
	require.True(t, instancetype.HasAccelerator("q1.large", "nvidia"))
	require.True(t, instancetype.HasAccelerator("q1.large", "neuron"))
}

func TestInvalidTypesAreRejected(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "large", "m7g", "M7g.large", "m7g.", ".large", "m7g.large ", "m7g_large", "m7g.large.x"} {
		require.Contains(t, instancetype.Check(name), "use a family and a size", name)
		require.Equal(t, instancetype.X86, instancetype.Architecture(name), name)
		require.False(t, instancetype.Burstable(name), name)
	}
	for _, name := range []string{"mac2.metal", "mac2-m2pro.metal"} {
		require.Contains(t, instancetype.Check(name), "dedicated host", name)
	}
}

func TestBurstableTypes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"t3.micro": true, "t4g.nano": true, "trn1.2xlarge": false, "m7g.large": false} {
		require.Equal(t, want, instancetype.Burstable(name), name)
	}
}
