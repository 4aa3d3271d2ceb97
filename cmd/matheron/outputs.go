package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
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
// an unknown format, a folder that takes no file, a standard output that is closed,
// two outputs in one place, an output in the place of an input.
func (o outputs) check() error {
	if o.figure != "" {
		if _, err := plot.FormatOf(o.figure); err != nil {
			return &usageError{err}
		}
	}
	if o.json {
		if err := checkStdout(); err != nil {
			return err
		}
	}
	var read, written []place
	for _, path := range o.inputs {
		if path != "" {
			read = append(read, placeOf(path, os.Stdin))
		}
	}
	// A summary or an object goes there even if no table does.
	if p := placeOf("-", os.Stdout); p.regular() {
		for _, in := range read {
			if in.same(p) {
				return usagef("standard output goes to %s, which is read and would be lost: write to another file", nameOf(in.path))
			}
		}
		written = append(written, p)
	}
	for _, path := range append(o.files, o.figure) {
		if path == "" {
			continue
		}
		p := placeOf(path, os.Stdout)
		if isStdout(path) && path != os.DevNull {
			if o.json {
				return usagef("--json and %s both want standard output", path)
			}
			if err := checkStdout(); err != nil {
				return err
			}
			if len(written) > 0 && written[0].path == "-" {
				written = written[1:] // it is the summary that gives way
			}
		}
		for _, w := range written {
			if w.same(p) {
				return usagef("%s is to be written twice", path)
			}
		}
		for _, in := range read {
			if in.same(p) {
				return usagef("%s is read and would be lost: write to another file", path)
			}
		}
		written = append(written, p)
		if err := probe(path); err != nil {
			return err
		}
	}
	return nil
}

// place says which file a path is: what is there, or else its name in its folder.
type place struct {
	path string
	file fs.FileInfo // nil if there is none
	dir  string
	base string
}

// placeOf returns the place of a path; "-" is a stream of the process.
func placeOf(path string, std *os.File) place {
	p := place{path: path}
	var err error
	if path == "-" {
		p.file, err = std.Stat()
	} else {
		p.file, err = os.Stat(path)
	}
	if err == nil {
		return p
	}
	p.file = nil
	if resolved, err := atomicfile.Resolve(path); err == nil {
		path = resolved
	}
	p.dir, p.base = filepath.Split(path)
	if p.dir == "" {
		p.dir = "."
	}
	return p
}

// regular reports whether there is a regular file.
func (p place) regular() bool { return p.file != nil && p.file.Mode().IsRegular() }

// same reports whether two places are one file, by whatever names, or one that
// does not exist yet. Anybody may share a terminal, a socket or the null device.
func (p place) same(q place) bool {
	if p.file != nil && q.file != nil {
		shared := p.file.Mode()&(fs.ModeDevice|fs.ModeSocket) != 0
		return os.SameFile(p.file, q.file) && (!shared || p.path == q.path && p.path != os.DevNull && p.path != "-")
	}
	if p.file != nil || q.file != nil || p.base != q.base && !equalInFolder(p, q) {
		return false
	}
	a, err := os.Stat(p.dir)
	if err != nil {
		return false
	}
	b, err := os.Stat(q.dir)
	return err == nil && os.SameFile(a, b)
}

// equalInFolder reports whether names in one folder differ by case alone, and the
// folder does not care.
func equalInFolder(p, q place) bool {
	if !strings.EqualFold(p.base, q.base) {
		return false
	}
	f, err := os.CreateTemp(p.dir, ".matheron-case")
	if err != nil {
		return false
	}
	defer os.Remove(f.Name()) // it is empty
	f.Close()                 // nothing was written
	_, err = os.Stat(filepath.Join(p.dir, strings.ToUpper(filepath.Base(f.Name()))))
	return err == nil
}

// probe returns the error that writing path would end in, as far as that shows
// beforehand. What is not a regular file, such as a fifo, is left alone.
func probe(path string) error {
	if isStream(path) {
		return nil
	}
	f, err := atomicfile.Create(path)
	if err != nil {
		return err
	}
	f.Abort()
	return nil
}

// isStream reports whether what is written to path cannot be taken back: it goes to
// standard output, or to a fifo or a device.
func isStream(path string) bool {
	info, err := os.Stat(path)
	return path == "-" || err == nil && !info.Mode().IsRegular() && !info.IsDir()
}

// toStream returns what f does, which writes to path. Where that is not a regular
// file, f may wait for who reads it: an interrupt does not wait with it, unless it
// came before, and what is written is what was kept.
func toStream(ctx context.Context, path string, f func() error) error {
	if !isStream(path) || ctx.Err() != nil {
		return f()
	}
	_, err := await(ctx, func() (struct{}, error) { return struct{}{}, f() })
	return err
}

// save writes a result that took work to make, and returns where it is. If it
// cannot be where it should be, it is put in the folder for temporary files, and the
// error says so.
func save(ctx context.Context, path string, write func(path string) error) (at string, err error) {
	err = toStream(ctx, path, func() error { return write(path) })
	if err == nil {
		return path, nil
	}
	var kept *atomicfile.KeptError
	if errors.As(err, &kept) {
		return kept.Kept, err
	}
	var failed *fs.PathError
	if !errors.As(err, &failed) {
		return "", err // it is not the place that is wrong
	}
	name := filepath.Base(path)
	if path == "-" {
		name = "matheron"
	}
	f, other := os.CreateTemp("", name+".kept*")
	if other != nil {
		return "", err
	}
	f.Close() // it is empty
	if write(f.Name()) != nil {
		os.Remove(f.Name()) // the first error is the one to be mended
		return "", err
	}
	return f.Name(), &atomicfile.KeptError{Kept: f.Name(), Err: failed}
}

// tableOutput is a table that is written to a file or a stream.
type tableOutput struct {
	ctx    context.Context
	path   string
	writer *data.Writer
}

func createTable(ctx context.Context, path string, columns []string) (*tableOutput, error) {
	t := &tableOutput{ctx: ctx, path: path}
	return t, toStream(ctx, path, func() (err error) {
		t.writer, err = data.Create(path, columns)
		return err
	})
}

// write appends rows.
func (t *tableOutput) write(rows *mat.Dense) error {
	return toStream(t.ctx, t.path, func() error { return t.writer.Write(rows) })
}

// close puts the table in its place.
func (t *tableOutput) close() error { return toStream(t.ctx, t.path, t.writer.Close) }

// abort drops the table, unless it is closed. Of a stream nothing can be taken back,
// and an interrupt may have left a write to it behind.
func (t *tableOutput) abort() {
	if t.ctx.Err() == nil || !isStream(t.path) {
		t.writer.Abort()
	}
}
