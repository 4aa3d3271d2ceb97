package main

import (
	"context"
	"fmt"
	"io"
	"strings"
)

// direction says which way a figure is better.
type direction int

const (
	lower   direction = iota // a time
	higher                   // a rate
	neither                  // a property of the result, no speed
)

// measure does the work of a figure.
type measure interface {
	measure(context.Context, *session) (value, error)
}

// scalar is a figure that is one number.
type scalar func(context.Context, *session) (float64, error)

func (f scalar) measure(ctx context.Context, s *session) (value, error) {
	v, err := f(ctx, s)
	return plain(v), err
}

// sampler is a figure that is a run of a sampler.
type sampler func(context.Context, *session) (sampling, error)

func (f sampler) measure(ctx context.Context, s *session) (value, error) {
	v, err := f(ctx, s)
	return value{chain: &v}, err
}

// figure is one thing that is measured.
type figure struct {
	name   string
	unit   string
	about  string
	better direction
	run    measure
	// flop is how many products and sums the work takes, a path and point where the
	// figure is one; 0 where nobody counted.
	flop float64
}

// session is what the figures of one run share.
type session struct {
	runs  int
	quick bool
	fits  map[size]fitted // done once for the figures that it gives
}

// quickDivisor is by how much --quick divides every size.
const quickDivisor = 16

// of returns the size to work at: n, or a sixteenth of it.
func (s *session) of(n int) int {
	if s.quick {
		return max(n/quickDivisor, 4)
	}
	return n
}

// values are figures by name.
type values map[string]value

// choose returns the figures that only names, exactly or by prefix; all if it
// names none.
func choose(all []figure, only []string) ([]figure, error) {
	if len(only) == 0 {
		return all, nil
	}
	picked := make([]bool, len(all))
	for _, name := range only {
		matches := func(f figure) bool { return f.name == name }
		if !anyOf(all, matches) && name != "" {
			matches = func(f figure) bool { return strings.HasPrefix(f.name, name) }
		}
		if !anyOf(all, matches) {
			return nil, usagef("--only %q: no such figure; there are %s", name, strings.Join(nameList(all), ", "))
		}
		for i, f := range all {
			picked[i] = picked[i] || matches(f)
		}
	}
	var out []figure
	for i, f := range all {
		if picked[i] {
			out = append(out, f)
		}
	}
	return out, nil
}

func anyOf(all []figure, matches func(figure) bool) bool {
	for _, f := range all {
		if matches(f) {
			return true
		}
	}
	return false
}

func nameList(all []figure) []string {
	out := make([]string, len(all))
	for i, f := range all {
		out[i] = f.name
	}
	return out
}

// measureAll runs the figures one after the other.
func measureAll(ctx context.Context, chosen []figure, o *options, log io.Writer) (values, error) {
	s := &session{runs: o.runs, quick: o.quick, fits: map[size]fitted{}}
	if o.quick {
		say(log, "--quick: sizes are a %dth of what the names say", quickDivisor)
	}
	out := values{}
	for _, f := range chosen {
		say(log, "measuring %s", f.name)
		v, err := f.run.measure(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		out[f.name] = v
	}
	return out, nil
}
