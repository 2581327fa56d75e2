// Package awscli is a simulated AWS CLI with the command that kubeconfigs of EKS run:
//
//	aws [--region R] eks get-token --cluster-name NAME [--role-arn ARN] [--output json]
//
// The real command returns a signed request, by which EKS authenticates the caller. This one reads the access entry of
// the caller from the store of the simulated cloud, and returns a client certificate of the cluster. A caller without
// an access entry gets a token that the API rejects, as with the real command.
package awscli
