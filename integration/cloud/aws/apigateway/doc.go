// Package apigateway simulates version 1 of API Gateway: REST APIs with their resources, methods, integrations,
// deployments and stages. No request is served.
//
// The sources of its rules are the resources of the same names in terraform-provider-aws, and the API reference of API
// Gateway. Messages of errors without another source are from memory.
package apigateway
