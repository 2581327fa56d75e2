// Package engine runs Pulumi programs with the real engine, each run with a
// backend, a home and a passphrase of its own.
//
// [Engine.Inline] runs a Go function in this process through the Automation
// API; [Engine.Project] runs a project folder through the CLI and the Go
// language host, as a user would. Either gives a [Stack], whose Check methods
// state what must hold for every component: a second run changes nothing, a
// refresh finds no drift, a destroy leaves nothing, and no secret stands in the
// clear.
package engine
