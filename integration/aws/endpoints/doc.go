// Package endpoints tests the endpoints of networks of AWS on the engine.
package endpoints
