package machines_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ashlar-iac/ashlar/aws/internal/machines"
)

func TestWhatATypeSays(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ architecture, accelerator string }{
		"t3.micro":        {machines.X86, ""},
		"m7i-flex.large":  {machines.X86, ""},
		"m7g.2xlarge":     {machines.ARM, ""},
		"c6gn.medium":     {machines.ARM, ""},
		"a1.large":        {machines.ARM, ""},
		"u-6tb1.metal":    {machines.X86, ""},
		"g5.xlarge":       {machines.X86, "nvidia"},
		"gr6.4xlarge":     {machines.X86, "nvidia"},
		"g4ad.xlarge":     {machines.X86, ""},
		"g5g.xlarge":      {machines.ARM, "nvidia"},
		"p5.48xlarge":     {machines.X86, "nvidia"},
		"inf2.xlarge":     {machines.X86, "neuron"},
		"trn1.32xlarge":   {machines.X86, "neuron"},
		"m7i.metal-24xl":  {machines.X86, ""},
		"x2gd.medium":     {machines.ARM, ""},
		"im4gn.large":     {machines.ARM, ""},
		"r6id.32xlarge":   {machines.X86, ""},
		"hpc7g.16xlarge":  {machines.ARM, ""},
		"p4de.24xlarge":   {machines.X86, "nvidia"},
		"dl1.24xlarge":    {machines.X86, ""},
		"m5dn.metal":      {machines.X86, ""},
		"vt1.3xlarge":     {machines.X86, ""},
		"i4g.large":       {machines.ARM, ""},
		"t4g.nano":        {machines.ARM, ""},
		"c7i-flex.xlarge": {machines.X86, ""},
	}
	for name, want := range tests {
		require.Empty(t, machines.Check(name), name)
		require.Equal(t, want.architecture, machines.Architecture(name), name)
		require.Equal(t, want.accelerator, machines.Accelerator(name), name)
	}
}

func TestWhatIsNoType(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "large", "m7g", "M7g.large", "m7g.big", "m7g.large ", "m7.2large"} {
		require.Contains(t, machines.Check(name), "expected a family and a size", name)
		require.Equal(t, machines.X86, machines.Architecture(name), name)
		require.Empty(t, machines.Accelerator(name), name)
	}
	require.Contains(t, machines.Check("mac2.metal"), "Macs")
}
