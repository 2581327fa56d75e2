package demo

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"github.com/ashlar-iac/ashlar/magefiles/timing"
)

// The intervals at which the current step is printed: on a terminal, and as lines.
const (
	liveInterval = 200 * time.Millisecond
	lineInterval = 15 * time.Second
)

// page prints one line for each step. On a terminal, the line of the current step changes in place; elsewhere, a line is
// printed when a step starts, every 15 seconds and when it ends.
type page struct {
	out io.Writer
	// live says that the output is a terminal whose lines can be rewritten.
	live bool
	// colour says that the output may contain escape sequences for colours.
	colour bool
	// width is the number of columns of a terminal.
	width int
	// log is a file with all output of programs.
	log *os.File
	// verbose prints the log.
	verbose bool
	steps   int

	mu      sync.Mutex
	current current
}

// current is the current step.
type current struct {
	number   int
	title    string
	note     string
	expected time.Duration
	started  time.Time
	printed  time.Time
	stop     chan struct{}
	stopped  chan struct{}
}

// newPage returns a page for an output.
func newPage(out io.Writer, log *os.File, verbose bool) *page {
	p := &page{out: out, log: log, verbose: verbose, width: 80}
	f, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return p
	}
	// Source: no-color.org.
	p.live, p.colour = !verbose, os.Getenv("NO_COLOR") == ""
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		p.width = width
	}
	return p
}

func (p *page) say(format string, args ...any) { fmt.Fprintf(p.out, format+"\n", args...) }

func (p *page) bold(text string) string  { return p.paint("1", text) }
func (p *page) faint(text string) string { return p.paint("2", text) }

func (p *page) paint(code, text string) string {
	if !p.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// start prints the start of a step. expected is how long it took last time, or 0.
func (p *page) start(number int, title string, expected time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	c := current{number: number, title: title, expected: expected, started: now, printed: now,
		stop: make(chan struct{}), stopped: make(chan struct{})}
	p.current = c
	fmt.Fprintf(p.log, "\n== %s\n", title)
	if p.live {
		p.rewrite()
	} else {
		line := p.prefix() + title
		if expected > 0 {
			line += fmt.Sprintf(" (%s last time)", timing.Short(expected))
		}
		p.say("%s", line)
	}
	interval := lineInterval
	if p.live {
		interval = liveInterval
	}
	go func() {
		defer close(c.stopped)
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-c.stop:
				return
			case <-tick.C:
				p.tick()
			}
		}
	}()
}

func (p *page) prefix() string { return fmt.Sprintf("[%d/%d] ", p.current.number, p.steps) }

// tick prints that the current step goes on.
func (p *page) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live {
		p.rewrite()
		return
	}
	note := p.current.note
	if note == "" {
		note = "still running"
	}
	p.say("      ... %s, %s", note, timing.Short(time.Since(p.current.started)))
}

// rewrite prints the current step on the last line of a terminal.
func (p *page) rewrite() {
	c := p.current
	elapsed := time.Since(c.started).Truncate(time.Second).String()
	if c.expected > 0 {
		elapsed += fmt.Sprintf(" of about %s", c.expected.Round(time.Second))
	}
	line := p.prefix() + c.title + ", " + elapsed
	if c.note != "" {
		line += ": " + c.note
	}
	if runes := []rune(line); len(runes) >= p.width {
		line = string(runes[:p.width-2]) + "…"
	}
	fmt.Fprintf(p.out, "\r\x1b[K%s", line)
}

// note says what the current step does.
func (p *page) note(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.current.note = fmt.Sprintf(format, args...)
}

// end prints the result of the current step, and returns how long it took.
func (p *page) end(result string) time.Duration {
	close(p.current.stop)
	<-p.current.stopped
	p.mu.Lock()
	defer p.mu.Unlock()
	took := time.Since(p.current.started)
	if p.live {
		fmt.Fprintf(p.out, "\r\x1b[K%s%-48s %s %s\n", p.prefix(), p.current.title, p.bold(fmt.Sprintf("%-16s", result)),
			p.faint(fmt.Sprintf("%7s", timing.Short(took))))
	} else {
		p.say("      %s, %s", result, timing.Short(took))
	}
	return took
}

// table prints rows with a heading.
func (p *page) table(heading string, rows []string) {
	var out bytes.Buffer
	w := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, heading)
	for _, row := range rows {
		fmt.Fprintln(w, row)
	}
	_ = w.Flush()
	first, rest, _ := strings.Cut(out.String(), "\n")
	p.say("\n%s\n%s", p.bold(first), strings.TrimSuffix(rest, "\n"))
}

// lines returns a writer of progress lines of the current step, which the log also receives.
func (p *page) lines() io.Writer { return &lines{page: p} }

type lines struct {
	page *page
	rest []byte
}

// Write implements io.Writer.
func (l *lines) Write(data []byte) (int, error) {
	l.rest = append(l.rest, data...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return len(data), nil
		}
		l.rest = rest
		text := strings.TrimSpace(string(line))
		l.page.note("%s", text)
		fmt.Fprintln(l.page.log, text)
		if !l.page.live {
			l.page.say("      %s", text)
		}
	}
}

// output returns a writer of the output of programs.
func (p *page) output() io.Writer {
	if p.verbose {
		return io.MultiWriter(p.log, p.out)
	}
	return p.log
}

// counted returns a number with a noun, such as "1 package" or "2 packages".
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
