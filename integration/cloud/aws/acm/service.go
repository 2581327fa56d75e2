package acm

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

const validationToken = "aws:acm/certificateValidation:CertificateValidation"

// Service returns the types and functions of ACM.
func Service() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{certificate(), validation()},
		Functions: map[string]cloud.Function{"aws:acm/getCertificate:getCertificate": getCertificate},
	}
}
