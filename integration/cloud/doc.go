// Package cloud is the frame of simulated clouds: provider plugins that Pulumi's
// engine talks to as it does to the real ones, with what exists on disk.
//
// A [Cloud] is a table of types. What a type is called and which properties it
// has comes from the SDK that programs use; an entry says what the SDK does not know: which changes replace a
// resource, what the cloud computes, and what it refuses.
//
// What exists stands in a [Store], which any number of programs share.
package cloud
