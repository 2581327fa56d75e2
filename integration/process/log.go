package process

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
)

// tailBytes is the maximum number of bytes read from the end of a log.
const tailBytes = 256 << 10

// LogTail returns the last n lines of the program's log, without a trailing line break, or "" if there is no log.
func (p *Process) LogTail(n int) string { return LogTail(p.spec.LogFile, n) }

// LogTail returns the last n lines of a log file, at most 256 KiB, without a trailing line break. It returns "" if the
// file is empty or cannot be read, because it only adds details to another error.
func LogTail(path string, n int) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	data, err := io.ReadAll(io.NewSectionReader(f, max(0, info.Size()-tailBytes), tailBytes))
	if err != nil {
		return ""
	}
	lines := bytes.Split(bytes.TrimRight(data, "\n"), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-max(0, n)):], []byte("\n")))
}

func tailNote(path string) string {
	tail := LogTail(path, 20)
	if tail == "" {
		return ""
	}
	return fmt.Sprintf("; end of %s:\n%s", path, "  "+strings.ReplaceAll(tail, "\n", "\n  "))
}
