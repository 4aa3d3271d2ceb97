package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// writeJSON writes the figures as one object, in the order of the list.
func writeJSON(w io.Writer, list []figure, v values) error {
	var b bytes.Buffer
	b.WriteString("{")
	for i, f := range list {
		text, err := json.Marshal(v[f.name])
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, "\n  %q: %s", f.name, text)
	}
	b.WriteString("\n}\n")
	_, err := w.Write(b.Bytes())
	return err
}

// writeTable writes the figures for a reader.
func writeTable(w io.Writer, list []figure, v values) error {
	var b strings.Builder
	for _, f := range list {
		fmt.Fprintf(&b, "%s\t%s %s\t%s\n", f.name, f.show(v[f.name]), f.unit, f.about)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, err := io.WriteString(t, b.String())
	return errors.Join(err, t.Flush())
}

// number prints three significant digits, and no exponent for what a figure can be.
func number(v float64) string {
	if v >= 1000 || v <= -1000 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}
