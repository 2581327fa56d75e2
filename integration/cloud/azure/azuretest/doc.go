// Package azuretest tests types of the simulated Azure through its provider, without an engine: see package accounttest.
//
//	azuretest.RunRefusals(t, azuretest.Group(), map[string]accounttest.Refusal{
//		"a name that is too short": {
//			Steps: []accounttest.Step{{Name: "sa", Type: kernel.StorageToken, Inputs: azuretest.In(in{"accountName": "ab"})}},
//			Want:  "is too short",
//		},
//	})
package azuretest
