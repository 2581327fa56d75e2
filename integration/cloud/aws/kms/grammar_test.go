package kms_test

import (
	"strings"
	"testing"

	"github.com/ashlar-iac/ashlar/integration/cloud/aws/awstest"
)

func TestKeySpecsAndUsages(t *testing.T) {
	t.Parallel()
	key := func(spec, usage string) []awstest.Step {
		return awstest.One("it", awstest.KeyToken, in{"customerMasterKeySpec": spec, "keyUsage": usage})
	}
	const mismatch = "api error ValidationException: KeyUsage "
	awstest.RunRefusals(t, nil, map[string]awstest.Refusal{
		"RSA for signatures":              {Steps: key("RSA_2048", "SIGN_VERIFY")},
		"RSA for encryption":              {Steps: key("RSA_4096", "ENCRYPT_DECRYPT")},
		"elliptic curves":                 {Steps: key("ECC_NIST_P256", "SIGN_VERIFY")},
		"agreement":                       {Steps: key("ECC_NIST_P384", "KEY_AGREEMENT")},
		"codes":                           {Steps: key("HMAC_256", "GENERATE_VERIFY_MAC")},
		"lattices":                        {Steps: key("ML_DSA_65", "SIGN_VERIFY")},
		"a symmetric key that signs":      {Steps: key("SYMMETRIC_DEFAULT", "SIGN_VERIFY"), Want: mismatch + "SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT"},
		"an elliptic curve that encrypts": {Steps: key("ECC_NIST_P256", "ENCRYPT_DECRYPT"), Want: mismatch},
		"a curve without agreement":       {Steps: key("ECC_SECG_P256K1", "KEY_AGREEMENT"), Want: mismatch},
		"a code that encrypts":            {Steps: key("HMAC_512", "ENCRYPT_DECRYPT"), Want: mismatch},
		"RSA for codes":                   {Steps: key("RSA_2048", "GENERATE_VERIFY_MAC"), Want: mismatch},
		"a specification of China":        {Steps: key("SM2", "SIGN_VERIFY"), Want: "supported in China only"},
		"a long description": {Steps: awstest.One("it", awstest.KeyToken, in{"description": strings.Repeat("a", 8193)}),
			Want: "(0 - 8192)"},
	})
}
