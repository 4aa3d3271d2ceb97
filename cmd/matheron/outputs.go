package main

import (
	"os"
	"strings"

	"matheron/internal/atomicfile"
	"matheron/plot"
)

// outputs are the files that a command writes, next to those that it reads; an
// empty path is none.
type outputs struct {
	json   bool // one JSON object goes to standard output
	figure string
	files  []string
	inputs []string
}

// check finds out before long work that something cannot be written: a figure of
// an unknown format, a folder that takes no file, two outputs in one place, an
// output in the place of an input.
func (o outputs) check() error {
	if o.figure != "" {
		if _, err := plot.FormatOf(o.figure); err != nil {
			return &usageError{err}
		}
	}
	var seen []string
	for _, path := range append(o.files, o.figure) {
		if path == "" {
			continue
		}
		if o.json && isStdout(path) {
			return usagef("--json and %s both want standard output", path)
		}
		for _, s := range seen {
			if s == path || isStdout(s) && isStdout(path) {
				return usagef("%s is to be written twice", path)
			}
		}
		seen = append(seen, path)
		for _, in := range o.inputs {
			if sameFile(in, path) {
				return usagef("%s is read and would be lost: write to another file", path)
			}
		}
		if err := probe(path); err != nil {
			return err
		}
	}
	return nil
}

// sameFile reports whether two paths are one regular file.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil || !x.Mode().IsRegular() {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// probe returns the error that writing path would end in, as far as that shows
// beforehand. What is not a regular file, such as a fifo, is left alone.
func probe(path string) error {
	if path == "-" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return nil
	}
	f, err := atomicfile.Create(path)
	if err != nil {
		return err
	}
	f.Abort()
	return nil
}

// isStdout reports whether an output goes to standard output.
func isStdout(path string) bool {
	if path == "-" {
		return true
	}
	if !strings.HasPrefix(path, "/dev/") && !strings.HasPrefix(path, "/proc/") {
		return false
	}
	a, err := os.Stat(path)
	if err != nil {
		return false
	}
	b, err := os.Stdout.Stat()
	return err == nil && os.SameFile(a, b)
}
