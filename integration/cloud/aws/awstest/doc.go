// Package awstest tests types of the simulated AWS through its provider, without an engine: a history of steps in an
// account, and tables of requests that AWS rejects.
//
//	awstest.RunRefusals(t, []awstest.Step{{Name: "net", Type: kernel.VPCToken, Inputs: in{"cidrBlock": "10.0.0.0/16"}}},
//		map[string]awstest.Refusal{
//			"a subnet outside of its VPC": {
//				Steps: []awstest.Step{{Name: "x", Type: kernel.SubnetToken, Inputs: in{"vpcId": "$net", "cidrBlock": "10.1.0.0/24"}}},
//				Want:  "api error InvalidSubnet.Range",
//			},
//		})
package awstest
