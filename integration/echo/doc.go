// Package echo is a provider in the process of a test, for the engine's side of
// what core does: it accepts resources of every type of any package, keeps
// nothing, and answers with the inputs.
//
//	server, err := echo.Serve()
//	...
//	err = stack.Attach(map[string]int{"kubernetes": server.Port()})
//
// A property whose name begins with "fixed" replaces the resource when it
// changes; others update it. It remembers what it was asked to do, see
// [Server.Operations].
package echo
