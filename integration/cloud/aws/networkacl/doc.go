// Package networkacl simulates network ACLs and their rules.
package networkacl
