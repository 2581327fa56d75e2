// Package cloud is the frame of simulated clouds: provider plugins that Pulumi's engine uses like the real ones, with
// all objects on disk.
//
// A [Cloud] is a list of services, and a [Service] a table of types and functions. Names and types of properties come
// from the SDK that programs use; a [Type] describes what the SDK does not: which changes replace a resource, which
// outputs the cloud computes, and which requests it rejects. What differs between clouds is a property of the cloud or
// of the type.
//
// Objects are in a [Store], which any number of programs share.
package cloud
