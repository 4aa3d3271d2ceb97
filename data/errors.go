package data

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A [*TableError] wraps one of these where a caller may want to act on it.
var (
	ErrNoHeader = errors.New("no header")
	ErrNoRows   = errors.New("no rows")
)

// CellError reports a cell that is not a finite number.
type CellError struct {
	File   string
	Row    int // of the data, from 1
	Line   int // of the text, from 1; 0 where there are no lines (Parquet, a matrix)
	Column string
	Text   string // what the cell holds, "" if nothing
	Reason string // "is not a number", "is not finite", "is too large", "empty cell", "null"
}

func (e *CellError) Error() string {
	place := fmt.Sprintf("line %d", e.Line)
	if e.Line == 0 {
		place = fmt.Sprintf("row %d", e.Row)
	}
	what := e.Reason
	if e.Text != "" {
		what = quote(e.Text) + " " + what
	}
	return fmt.Sprintf("%s: %s, column %s: %s", e.File, place, quote(e.Column), what)
}

// ColumnError reports a column that a table lacks or that does not hold numbers.
type ColumnError struct {
	File   string
	Column string
	Type   string   // what the column holds instead of numbers; "" if there is no such column
	Have   []string // the columns that are there
}

// listed is how many names a message lists before it counts the rest.
const listed = 12

func (e *ColumnError) Error() string {
	if e.Type != "" {
		return fmt.Sprintf("%s: column %s holds %s, not numbers", e.File, quote(e.Column), e.Type)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: no column %s", e.File, quote(e.Column))
	for i, name := range e.Have {
		switch {
		case i == 0:
			b.WriteString("; there is ")
		case i == listed:
			fmt.Fprintf(&b, ", and %d more", len(e.Have)-i)
			return b.String()
		default:
			b.WriteString(", ")
		}
		b.WriteString(quote(name))
	}
	return b.String()
}

// TableError reports a file that is not a readable table: it cannot be opened,
// has no header or no rows, has rows of different lengths, is cut short.
type TableError struct {
	File string
	Line int // 0 if it concerns the whole file
	Err  error
}

func (e *TableError) Error() string {
	// What libraries say about a file may run over several lines.
	reason := strings.Join(strings.Fields(e.Err.Error()), " ")
	if e.Line == 0 {
		return e.File + ": " + reason
	}
	return fmt.Sprintf("%s: line %d: %s", e.File, e.Line, reason)
}

func (e *TableError) Unwrap() error { return e.Err }

// quote returns s in quotes, on one line and shortened to 40 characters.
func quote(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) <= most {
		return strconv.Quote(s)
	}
	n := 0
	for i := range s {
		if n == most {
			return strconv.Quote(s[:i]) + "..."
		}
		n++
	}
	return strconv.Quote(s)
}

// count returns "1 field", "2 fields".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
