// Package awscli stands in for the command line of AWS where a simulated cloud needs it: kubeconfigs of EKS run
//
//	aws [--region R] eks get-token --cluster-name NAME [--role-arn ARN] [--output json]
//
// The real command answers with a signed request, which EKS takes to find out who calls. This one looks into the store of the simulated cloud for what the
// caller may do, and answers with a client certificate of the cluster. A caller without an access entry gets a token that is worth nothing, as with the real
// command: the API answers that it is unauthorized.
package awscli
