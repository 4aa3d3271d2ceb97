package store

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// bodyWriter writes the body of a model: an object whose members stand in a line of
// their own. The first error stays.
type bodyWriter struct {
	out    []byte
	err    error
	indent string
	comma  bool // a member is before the next one
}

func newBodyWriter() *bodyWriter { return &bodyWriter{out: []byte("{"), indent: "  "} }

// close returns the body.
func (b *bodyWriter) close() ([]byte, error) { return append(b.out, "\n}"...), b.err }

// name appends a member's name, in a line of its own.
func (b *bodyWriter) name(name string) {
	if b.comma {
		b.out = append(b.out, ',')
	}
	b.comma = true
	b.out = fmt.Appendf(b.out, "\n%s%q: ", b.indent, name)
}

// field appends a member in one line.
func (b *bodyWriter) field(name string, value any) {
	text, err := json.Marshal(value)
	b.value(name, text, err)
}

// indented appends a member in as many lines as it has members.
func (b *bodyWriter) indented(name string, value any) {
	text, err := json.MarshalIndent(value, b.indent, "  ")
	b.value(name, text, err)
}

func (b *bodyWriter) value(name string, text []byte, err error) {
	if err != nil && b.err == nil {
		b.err = err
	}
	b.name(name)
	b.out = append(b.out, text...)
}

// matrix appends a member of rows of numbers, a row a line; null for no rows.
func (b *bodyWriter) matrix(name string, rows [][]float64) {
	b.name(name)
	if rows == nil {
		b.out = append(b.out, "null"...)
		return
	}
	b.out = append(b.out, '[')
	for i, row := range rows {
		if i > 0 {
			b.out = append(b.out, ',')
		}
		b.out = append(append(b.out, '\n'), b.indent+"  "...)
		b.list(row)
	}
	b.out = append(append(b.out, '\n'), b.indent+"]"...)
}

// numbers appends a member that is a list of numbers; null for no list.
func (b *bodyWriter) numbers(name string, v []float64) {
	b.name(name)
	if v == nil {
		b.out = append(b.out, "null"...)
		return
	}
	b.list(v)
}

// list appends finite numbers, each in the shortest form that reads back the same.
func (b *bodyWriter) list(v []float64) {
	b.out = append(b.out, '[')
	for i, f := range v {
		if i > 0 {
			b.out = append(b.out, ", "...)
		}
		b.out = strconv.AppendFloat(b.out, f, 'g', -1, 64)
	}
	b.out = append(b.out, ']')
}

// object appends a member that is an object with the members that f appends.
func (b *bodyWriter) object(name string, f func(*bodyWriter)) {
	b.name(name)
	inner := &bodyWriter{out: append(b.out, '{'), err: b.err, indent: b.indent + "  "}
	f(inner)
	b.out, b.err = append(append(inner.out, '\n'), b.indent+"}"...), inner.err
}
