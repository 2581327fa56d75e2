package demo

import (
	"io"
	"os"
)

// Page is the page of a terminal with a width, for tests.
type Page = page

// NewTerminal returns the page of a terminal without colours.
func NewTerminal(out io.Writer, log *os.File, width, steps int) *Page {
	return &page{out: out, log: log, live: true, width: width, steps: steps}
}

// NewPage returns the page of an output.
func NewPage(out io.Writer, log *os.File, steps int) *Page {
	p := newPage(out, log, false)
	p.steps = steps
	return p
}

// Do prints a step that says what it does and ends with a result.
func (p *page) Do(number int, title, note, result string) {
	p.start(number, title, 0)
	p.note("%s", note)
	p.tick()
	p.end(result)
}

// Table prints a table.
func (p *page) Table(heading string, rows ...string) { p.table(heading, rows) }

// Counts reads events from r until its end, and returns the number of finished resources and the changes.
func Counts(r io.Reader) (int, []string, error) {
	events := &reader{from: r}
	for range 3 {
		if err := events.read(); err != nil {
			return 0, nil, err
		}
	}
	return events.count(), changes(events.all), nil
}

// PartTimes returns the title, the seconds and the result of the part of a type.
func PartTimes(r io.Reader, token string) ([]string, error) {
	events := &reader{from: r}
	if err := events.read(); err != nil {
		return nil, err
	}
	var out []string
	for _, t := range partTimes([]part{{"part", token}}, events.all) {
		out = append(out, t.title+" "+t.took.String()+" "+t.result)
	}
	return out, nil
}
