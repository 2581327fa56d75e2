// Package targets implements the mage targets: tests, lint, tidy, tools and the demo.
//
// A [Workspace] is the repository with its list of modules. Long steps print what they do, the number of the step and
// the elapsed time. Processes that a target starts end with it, even if mage is killed.
package targets
