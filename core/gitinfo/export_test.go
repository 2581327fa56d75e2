package gitinfo

// CleanURL is cleanURL for the tests.
func CleanURL(address string) string { return cleanURL(address) }

// DecodeIndex is decodeIndex for the tests: how many entries there are.
func DecodeIndex(data []byte) (int, error) {
	entries, err := decodeIndex(data)
	return len(entries), err
}
