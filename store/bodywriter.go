package store

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// bodyWriter writes the body of a model. The first error stays.
type bodyWriter struct {
	w     io.Writer
	out   []byte
	err   error
	comma bool // a field is before the next one
}

// text appends text.
func (b *bodyWriter) text(s string) {
	b.out = append(b.out, s...)
	if len(b.out) > 1<<16 {
		b.flush()
	}
}

// flush writes what there is.
func (b *bodyWriter) flush() error {
	if b.err == nil {
		_, b.err = b.w.Write(b.out)
	}
	b.out = b.out[:0]
	return b.err
}

// name appends a field's name, in a line of its own.
func (b *bodyWriter) name(indent, name string) {
	if b.comma {
		b.text(",")
	}
	b.comma = true
	b.text(fmt.Sprintf("\n%s%q: ", indent, name))
}

// field appends a field in one line.
func (b *bodyWriter) field(indent, name string, value any) {
	text, err := json.Marshal(value)
	b.value(indent, name, text, err)
}

// indented appends a field in as many lines as it has members.
func (b *bodyWriter) indented(indent, name string, value any) {
	text, err := json.MarshalIndent(value, indent, "  ")
	b.value(indent, name, text, err)
}

func (b *bodyWriter) value(indent, name string, text []byte, err error) {
	if err != nil && b.err == nil {
		b.err = err
	}
	b.name(indent, name)
	b.text(string(text))
}

// matrix appends a field of rows of numbers, a row a line; null for no rows.
func (b *bodyWriter) matrix(indent, name string, rows [][]float64) {
	b.name(indent, name)
	if rows == nil {
		b.text("null")
		return
	}
	b.text("[")
	for i, row := range rows {
		b.text("\n" + indent + "  ")
		b.numbers(row)
		if i < len(rows)-1 {
			b.text(",")
		}
	}
	b.text("\n" + indent + "]")
}

// numbers appends a list of finite numbers, each in the shortest form that reads
// back the same; null for no list.
func (b *bodyWriter) numbers(v []float64) {
	if v == nil {
		b.text("null")
		return
	}
	b.text("[")
	for i, f := range v {
		if i > 0 {
			b.text(", ")
		}
		b.out = strconv.AppendFloat(b.out, f, 'g', -1, 64)
	}
	b.text("]")
}

// object appends a field that is an object with the fields that f appends, or
// null where there is none.
func (b *bodyWriter) object(name string, there bool, f func(indent string)) {
	b.name("  ", name)
	if !there {
		b.text("null")
		return
	}
	b.text("{")
	b.comma = false
	f("    ")
	b.text("\n  }")
	b.comma = true
}

func (b *bodyWriter) draws(d *drawsNode) {
	b.object("draws", d != nil, func(indent string) {
		b.field(indent, "parameters", d.Parameters)
		b.field(indent, "chains", d.Chains)
		b.field(indent, "warmup", d.Warmup)
		b.field(indent, "divergences", d.Divergences)
		b.matrix(indent, "values", d.Values)
	})
}

func (b *bodyWriter) sparse(s *sparseNode) {
	b.object("sparse", s != nil, func(indent string) {
		b.field(indent, "rows", s.Rows)
		b.field(indent, "elbo", s.ELBO)
		b.field(indent, "inputs", s.Inputs)
		b.field(indent, "jitter", s.Jitter)
		b.matrix(indent, "z", s.Z)
		b.name(indent, "mean")
		b.numbers(s.Mean)
		b.matrix(indent, "scale_tril", s.ScaleTril)
	})
}
