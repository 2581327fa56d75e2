// Package kms creates keys of AWS Key Management Service that rotate, can be restored for 30 days after they are
// deleted, and are usable only by principals in their key policy.
package kms
