// Package demo deploys the platform program with the real engine to a simulated AWS, or the quickstart program to a local
// control plane, and checks the result of each step. It imports neither an SDK nor the simulator, so that it compiles in
// seconds and can show the progress of what takes longer.
package demo
