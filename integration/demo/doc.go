// Package demo deploys the platform program with the real engine to a simulated AWS,
// and checks the result of each step.
package demo
