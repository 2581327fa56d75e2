// Package echo is a provider in the process of a test. It accepts resources of every
// type and package, stores nothing, and returns the inputs as outputs. Tests use it to
// check how the engine handles the resource options of core.
//
//	server, err := echo.Serve()
//	...
//	err = stack.Attach(map[string]int{"kubernetes": server.Port()})
//
// A change of a property whose name begins with "fixed" replaces the resource; other
// changes update it. [Server.Operations] returns the operations.
package echo
