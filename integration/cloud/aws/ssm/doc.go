// Package ssm simulates the Parameter Store of Systems Manager, with the public parameters of AWS.
package ssm
