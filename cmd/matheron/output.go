package main

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"matheron/data"
)

// formatNumber returns the shortest text that reads back as v.
func formatNumber(v float64) string { return string(data.AppendNumber(nil, v)) }

// number is a number of JSON output, null where it is not finite.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	if v := float64(n); math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return data.AppendNumber(nil, float64(n)), nil
}

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// with returns o with one more member.
func (o object) with(name string, value any) object { return append(o, member{name, value}) }

// aligned returns lines with their cells, which end in tabs, in columns.
func aligned(lines string) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	io.WriteString(w, lines) // a strings.Builder takes everything
	w.Flush()                // and again
	return b.String()
}

// numbers turns a slice to one of JSON output.
func numbers(v []float64) []number {
	out := make([]number, len(v))
	for i, x := range v {
		out[i] = number(x)
	}
	return out
}
