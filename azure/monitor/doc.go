// Package monitor creates Log Analytics workspaces.
package monitor
