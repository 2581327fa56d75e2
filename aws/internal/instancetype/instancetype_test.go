package instancetype_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/instancetype"
)

func TestArchitectureAndAccelerator(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ architecture, accelerator string }{
		"t3.micro":        {instancetype.X86, ""},
		"m7i-flex.large":  {instancetype.X86, ""},
		"m7g.2xlarge":     {instancetype.ARM, ""},
		"c6gn.medium":     {instancetype.ARM, ""},
		"a1.large":        {instancetype.ARM, ""},
		"u-6tb1.metal":    {instancetype.X86, ""},
		"g5.xlarge":       {instancetype.X86, "nvidia"},
		"gr6.4xlarge":     {instancetype.X86, "nvidia"},
		"g4ad.xlarge":     {instancetype.X86, ""},
		"g5g.xlarge":      {instancetype.ARM, "nvidia"},
		"p5.48xlarge":     {instancetype.X86, "nvidia"},
		"inf2.xlarge":     {instancetype.X86, "neuron"},
		"trn1.32xlarge":   {instancetype.X86, "neuron"},
		"m7i.metal-24xl":  {instancetype.X86, ""},
		"x2gd.medium":     {instancetype.ARM, ""},
		"im4gn.large":     {instancetype.ARM, ""},
		"r6id.32xlarge":   {instancetype.X86, ""},
		"hpc7g.16xlarge":  {instancetype.ARM, ""},
		"p4de.24xlarge":   {instancetype.X86, "nvidia"},
		"dl1.24xlarge":    {instancetype.X86, ""},
		"m5dn.metal":      {instancetype.X86, ""},
		"vt1.3xlarge":     {instancetype.X86, ""},
		"i4g.large":       {instancetype.ARM, ""},
		"t4g.nano":        {instancetype.ARM, ""},
		"c7i-flex.xlarge": {instancetype.X86, ""},
	}
	for name, want := range tests {
		require.Empty(t, instancetype.Check(name), name)
		require.Equal(t, want.architecture, instancetype.Architecture(name), name)
		require.Equal(t, want.accelerator, instancetype.Accelerator(name), name)
	}
}

func TestInvalidTypesAreRejected(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "large", "m7g", "M7g.large", "m7g.big", "m7g.large ", "m7.2large"} {
		require.Contains(t, instancetype.Check(name), "use a family and a size", name)
		require.Equal(t, instancetype.X86, instancetype.Architecture(name), name)
		require.Empty(t, instancetype.Accelerator(name), name)
	}
	require.Contains(t, instancetype.Check("mac2.metal"), "dedicated host")
}
