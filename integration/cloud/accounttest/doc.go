// Package accounttest tests types of a simulated cloud through its provider, without an engine: a history of steps in an
// account, tables of requests that the cloud rejects, and whole programs. Each cloud has a package that adds its accounts
// and fixtures, such as awstest and azuretest.
package accounttest
