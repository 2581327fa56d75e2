// Package apigatewayv2 simulates version 2 of API Gateway: HTTP and WebSocket APIs with their stages, integrations and
// routes. No request is served.
//
// The sources of its rules are the resources of the same names in terraform-provider-aws, and the API reference of API
// Gateway version 2. Messages of errors without another source are from memory.
package apigatewayv2
