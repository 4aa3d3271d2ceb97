package atomicfile

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
)

const bufferSize = 64 << 10

// File is a file being written. It is an [io.Writer] and is not safe for
// concurrent use.
type File struct {
	path   string // as the caller named it, for messages
	target string // what the rename replaces: path with its symbolic links resolved
	temp   string // the temporary file, or "" when target is written directly
	file   *os.File
	keep   bool // file is one of the process's own streams: never closed here
	buf    *bufio.Writer
	err    error // the first failure; nothing is committed after it
	done   bool
}

// Create starts writing path. The target of a symbolic link is replaced rather
// than the link. A file that is replaced keeps its permission bits (not its
// owner or its hard links); a new one gets 0o666 less the umask. The path "-" is
// the standard output.
//
// A target that may not be written (a directory, a file without write
// permission, a directory that takes no new file) is an error here rather than
// at Commit. Every error of the package is an [*fs.PathError] with the caller's
// path, such as "write out.csv: no space left on device".
func Create(path string) (*File, error) {
	f := &File{path: path}
	var err error
	if f.keep, f.file = stream(path); f.file == nil {
		err = f.open()
	}
	if err != nil {
		return nil, f.named(err)
	}
	f.buf = bufio.NewWriterSize(f.file, bufferSize)
	return f, nil
}

// Name returns the path that was given to Create.
func (f *File) Name() string { return f.path }

// Write appends p. After a failed Write, Commit fails with the same error.
func (f *File) Write(p []byte) (int, error) {
	if f.done {
		return 0, f.named(fs.ErrClosed)
	}
	if f.err != nil {
		return 0, f.err
	}
	n, err := f.buf.Write(p)
	if err != nil {
		f.err = f.named(err)
	}
	return n, f.err
}

// Commit makes what was written the content of the target. If it fails before
// the rename, the temporary file is gone and the target is as it was. A second
// Commit returns what the first one did; one after Abort is an error.
func (f *File) Commit() error {
	if f.done {
		return f.err
	}
	if f.err == nil {
		f.err = f.named(f.finish())
	}
	f.cleanup()
	return f.err
}

// Abort drops what was written: the temporary file is removed. It does nothing
// after Commit or another Abort. What has already gone to a target that is
// written directly cannot be taken back.
func (f *File) Abort() {
	if f.done {
		return
	}
	f.cleanup()
	f.err = f.named(errors.New("aborted"))
}

// cleanup undoes whatever Commit has not completed.
func (f *File) cleanup() {
	f.done = true
	if f.file != nil && !f.keep {
		f.file.Close()
	}
	if f.temp != "" {
		os.Remove(f.temp)
	}
}

// finish flushes and, for a temporary file, syncs, closes and renames. It clears
// file and temp as it goes, which leaves to cleanup exactly what is left to undo.
func (f *File) finish() error {
	if err := f.buf.Flush(); err != nil {
		return err
	}
	if f.keep {
		return nil
	}
	if f.temp != "" {
		if err := f.file.Sync(); err != nil {
			return err
		}
	}
	file := f.file
	f.file = nil
	if err := file.Close(); err != nil {
		return err
	}
	if f.temp == "" {
		return nil
	}
	if err := os.Rename(f.temp, f.target); err != nil {
		return err
	}
	f.temp = ""
	return syncDir(f.target)
}

// named puts the caller's path in place of that of the temporary file.
func (f *File) named(err error) error {
	if err == nil {
		return nil
	}
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	}
	return &fs.PathError{Op: "write", Path: f.path, Err: err}
}

// WriteFile replaces the content of path by what write puts out. When write
// fails or panics, path is as it was and the error is returned unchanged.
func WriteFile(path string, write func(io.Writer) error) error {
	f, err := Create(path)
	if err != nil {
		return err
	}
	defer f.Abort()
	if err := write(f); err != nil {
		return err
	}
	return f.Commit()
}
