// Package targets does the work of the mage targets: test, lint, tidy, provide tools, run the demo.
//
// A [Workspace] is the repository on disk with the list of its modules. Everything that takes long says what it does,
// which step of how many it is, and for how long it has been at it. What a target starts ends with it, also when mage is
// killed.
package targets
