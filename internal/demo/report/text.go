package report

import (
	"strings"
	"unicode/utf8"
)

// Text returns the part as text for a terminal: its title, and its numbers in
// aligned columns.
func (p Part) Text() string {
	var b strings.Builder
	b.WriteString(p.Title + "\n")
	for i, t := range p.Tables {
		if i > 0 && len(t.Head) > 0 {
			b.WriteString("\n")
		}
		t.write(&b)
	}
	return b.String()
}

// lines returns the head, if there is one, and the rows.
func (t Table) lines() [][]string {
	if len(t.Head) == 0 {
		return t.Rows
	}
	return append([][]string{t.Head}, t.Rows...)
}

// widths returns the number of signs of the widest cell of each column.
func (t Table) widths() []int {
	var out []int
	for _, row := range t.lines() {
		for j, cell := range row {
			if j == len(out) {
				out = append(out, 0)
			}
			out[j] = max(out[j], utf8.RuneCountInString(cell))
		}
	}
	return out
}

// width returns how many signs the columns of a table with a head take. One
// without is names and values, which may be broken.
func (t Table) width() int {
	if len(t.Head) == 0 {
		return 0
	}
	sum := 0
	for _, w := range t.widths() {
		sum += w
	}
	return sum
}

// write writes a table, indented by two columns.
func (t Table) write(b *strings.Builder) {
	widths := t.widths()
	for _, row := range t.lines() {
		line := " "
		for j, cell := range row {
			line += " " + cell
			if j < len(row)-1 {
				line += strings.Repeat(" ", widths[j]-utf8.RuneCountInString(cell)+1)
			}
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}
