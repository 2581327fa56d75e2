// Package demo deploys the quickstart program with the real engine to a control
// plane of its own, and says at each step whether what should be so is so.
package demo
