package pulumitest

import "github.com/ashlar-iac/ashlar/core/compliance"

// Evidence returns whether each piece of evidence is met, by its setting.
func Evidence(all []compliance.Evidence) map[string]bool {
	out := map[string]bool{}
	for _, e := range all {
		out[e.Setting] = e.Met
	}
	return out
}

// EvidenceText returns each piece of evidence as "SETTING=VALUE met" or "SETTING=VALUE not met", in order.
func EvidenceText(all []compliance.Evidence) []string {
	var out []string
	for _, e := range all {
		status := " met"
		if !e.Met {
			status = " not met"
		}
		out = append(out, e.Setting+"="+e.Value+status)
	}
	return out
}
