// Package storage creates storage accounts that are encrypted, versioned, and accessible with identities and from private
// networks only.
package storage
