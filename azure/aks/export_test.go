package aks

// For tests of pure functions.
var (
	CheckSupport    = checkSupport
	CheckUpgrade    = checkUpgrade
	CheckSkew       = checkSkew
	BaseName        = baseName
	ParseConnection = parseConnection
	DNSPrefix       = dnsPrefix
)

// LocalDisk returns the local disk of a size by its name.
func LocalDisk(name string) (gib int, known bool) {
	size, ok := parseSize(name)
	if !ok {
		return 0, false
	}
	return size.localDisk()
}

// Server returns the URL of the API server.
func (c connection) Server() string { return c.server }
