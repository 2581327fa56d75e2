package eks

import (
	"github.com/ashlar-iac/ashlar/core/config"
)

// PodIdentityAgent is the add-on that hands the credentials of EKS Pod Identity to pods, on every node.
type PodIdentityAgent struct {
	// Enabled says whether the add-on is there. Without it no pod gets credentials by Pod Identity.
	Enabled *bool `pulumi:"enabled" jsonschema:"default=true"`
	AddonSettings
}

// KubeProxy is the add-on by which pods reach Services, on every node.
type KubeProxy struct {
	// Enabled says whether the add-on is there. Without it pods reach no Service, unless the network plugin sees to it.
	Enabled *bool `pulumi:"enabled" jsonschema:"default=true"`
	AddonSettings
	// Mode is how Services are reached: by iptables, by ipvs, or by nftables, which is the quickest with many Services. Nodes should be
	// replaced after a change, as the rules of the old mode stay.
	Mode string `pulumi:"mode" jsonschema:"default=iptables,enum=iptables,enum=ipvs,enum=nftables"`
	// Scheduler deals the connections with ipvs. Default: rr, one pod after the other.
	Scheduler string `pulumi:"scheduler" jsonschema:"enum=rr,enum=wrr,enum=lc,enum=wlc,enum=lblc,enum=lblcr,enum=sh,enum=dh,enum=sed,enum=nq"`
}

var (
	_ config.Validator = (*PodIdentityAgent)(nil)
	_ config.Validator = (*KubeProxy)(nil)
)

// Validate implements config.Validator.
func (p *PodIdentityAgent) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	p.AddonSettings.Validate(report)
	p.check(report, nil, agentAddon)
}

// Validate implements config.Validator.
func (k *KubeProxy) Validate(report *config.Report) {
	// It hides the promoted method of the settings.
	k.AddonSettings.Validate(report)
	k.check(report, nil, kubeProxyAddon)
	if k.Scheduler != "" && k.Mode != "ipvs" {
		report.Add([]string{"scheduler"}, "only ipvs has schedulers: set mode to ipvs, or leave it out")
	}
}

// settings returns the settings of the add-on.
func (k *KubeProxy) settings() AddonSettings {
	out, values := k.AddonSettings, map[string]any{}
	if k.Mode != "iptables" {
		values["mode"] = k.Mode
	}
	if k.Mode == "ipvs" {
		scheduler := k.Scheduler
		if scheduler == "" {
			scheduler = "rr"
		}
		values["ipvs"] = map[string]any{"scheduler": scheduler}
	}
	out.Configuration = merged(values, k.Configuration)
	return out
}
