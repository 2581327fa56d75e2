// Package engine runs Pulumi programs with the real engine. Every engine has its own
// backend, home and passphrase.
//
// [Engine.Inline] runs a Go function in this process through the Automation API;
// [Engine.Project] runs a project folder through the CLI and the Go language host, as a
// user would. Both return a [Stack]. Its Check methods test the rules for every
// component: a second up changes nothing, a refresh finds no drift, a destroy leaves
// nothing, and no secret is in plain text.
package engine
