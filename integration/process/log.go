package process

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
)

// tailBytes bounds how much of the end of a log is read.
const tailBytes = 256 << 10

// LogTail returns the last n lines of the program's log, without a trailing line break. It is empty when there is nothing
// to show: no lines, or no log.
func (p *Process) LogTail(n int) string { return LogTail(p.spec.LogFile, n) }

// LogTail returns the last n lines of a log file, at most 256 KiB, without a trailing line break. It is empty when the
// file holds nothing or cannot be read: it serves to explain another error, and must not replace it.
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
	return fmt.Sprintf("; the end of %s:\n%s", path, "  "+strings.ReplaceAll(tail, "\n", "\n  "))
}
