package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// matheron is our own name among the programs of a comparison.
const matheron = "matheron"

// comparison holds the figures of several programs, ours among them, by the name
// of the program.
type comparison map[string]values

func (c comparison) set(program string, v values) {
	if c[program] == nil {
		c[program] = values{}
	}
	maps.Copy(c[program], v)
}

func (c comparison) writeJSON(w io.Writer) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}

// readComparisons merges files of --json output, with --peers or without; a later
// file overrides an earlier one.
func readComparisons(files []string) (comparison, error) {
	out := comparison{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var ours values
		if json.Unmarshal(text, &ours) == nil {
			out.set(matheron, ours)
			continue
		}
		var c comparison
		if err := json.Unmarshal(text, &c); err != nil {
			return nil, fmt.Errorf("%s: not the output of --json: %w", file, err)
		}
		for program, v := range c {
			out.set(program, v)
		}
	}
	return out, nil
}

// markdown returns the figures of the list as a table, one line a figure and peer.
// The last column is how many times faster Matheron is, or for what is no speed the
// difference.
func (c comparison) markdown(list []figure) string {
	var b strings.Builder
	b.WriteString("| figure | unit | Matheron | limit | peer | its figure | times faster |\n| --- | --- | ---: | ---: | --- | ---: | ---: |\n")
	rate := c.productRate()
	for _, f := range list {
		ours, measured := c[matheron][f.name]
		left := "-"
		if measured {
			left = f.show(ours)
		}
		limit := ""
		if v, known := f.limit(rate); known {
			limit = f.show(v)
		}
		lines := 0
		for _, program := range slices.Sorted(maps.Keys(c)) {
			theirs, ok := c[program][f.name]
			if !ok || program == matheron {
				continue
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s | %s |\n", f.name, f.unit, left, limit, program, f.show(theirs), f.ratio(ours, theirs, measured))
			lines++
		}
		if lines == 0 && measured {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | | | |\n", f.name, f.unit, left, limit)
		}
	}
	return b.String()
}
