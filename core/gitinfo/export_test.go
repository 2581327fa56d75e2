package gitinfo

// Functions for the tests. Read and Status have no time limit here: the machine may be busy.
var (
	CleanURL     = cleanURL
	ReadSlowly   = read
	StatusSlowly = status
)
