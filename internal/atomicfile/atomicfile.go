package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

const bufferSize = 64 << 10

// File is a file being written. It is an [io.Writer] and is not safe for
// concurrent use.
type File struct {
	path   string // as the caller named it, for messages
	target string // what is replaced: path with its symbolic links resolved; "" for a stream
	temp   string // the name of the temporary file, "" for one that has none
	file   *os.File
	own    bool // file is one of the process's own streams: never closed here
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
// at Commit. Every error of the package is or wraps an [*fs.PathError] with the
// caller's path, such as "write out.csv: no space left on device".
func Create(path string) (*File, error) { return create(path, false) }

// create is Create; where named is set, the temporary file has a name.
func create(path string, named bool) (*File, error) {
	f := &File{path: path}
	var err error
	if f.file = stream(path); f.file != nil {
		f.own = true
	} else {
		err = f.open(named)
	}
	if err != nil {
		return nil, f.failure(err)
	}
	f.buf = bufio.NewWriterSize(f.file, bufferSize)
	return f, nil
}

// Name returns the path that was given to Create.
func (f *File) Name() string { return f.path }

// Write appends p. After a failed Write, Commit fails with the same error.
func (f *File) Write(p []byte) (int, error) {
	if f.done {
		return 0, f.failure(fs.ErrClosed)
	}
	if f.err != nil {
		return 0, f.err
	}
	n, err := f.buf.Write(p)
	if err != nil {
		f.err = f.failure(err)
	}
	return n, f.err
}

// Commit makes what was written the content of the target. If it fails, the
// target is as it was; what was written is gone, or kept elsewhere if the error is
// a [*KeptError]. A second Commit returns what the first one did; one after Abort
// is an error.
func (f *File) Commit() error {
	if f.done {
		return f.err
	}
	if f.err == nil {
		f.err = f.finish()
	}
	f.cleanup()
	return f.err
}

// Abort drops what was written. It does nothing after Commit or another Abort.
// What has already gone to a target that is written directly cannot be taken
// back.
func (f *File) Abort() {
	if f.done {
		return
	}
	f.cleanup()
	f.err = f.failure(errors.New("aborted"))
}

// cleanup undoes whatever Commit has not completed.
func (f *File) cleanup() {
	f.done = true
	if f.temp != "" {
		os.Remove(f.temp) // if it stays, the next Create removes it
	}
	if f.file != nil && !f.own {
		f.file.Close() // nothing was promised of what it holds
	}
}

// finish flushes and, for a temporary file, syncs it and puts it in its place. It
// clears file and temp as it goes, which leaves to cleanup what is left to undo.
func (f *File) finish() error {
	if err := f.buf.Flush(); err != nil {
		return f.failure(err)
	}
	if f.own {
		return nil
	}
	if f.target == "" {
		return f.failure(f.close())
	}
	if err := f.file.Sync(); err != nil {
		return f.failure(err)
	}
	if err := f.place(); err != nil {
		return f.keep(err)
	}
	return f.failure(errors.Join(f.close(), syncDir(f.target)))
}

// place puts the temporary file where the target is. Systems that lock it rename
// it while it is locked; Windows renames no file that is open.
func (f *File) place() (err error) {
	if f.temp == "" {
		// A new target needs no other name in between.
		if err = link(f.file, f.target); !errors.Is(err, fs.ErrExist) {
			return err
		}
		f.temp, err = claim(f.target, func(name string) error { return link(f.file, name) })
		if err != nil {
			return err
		}
	}
	if runtime.GOOS == "windows" {
		if err := f.close(); err != nil {
			return err
		}
	}
	if err := os.Rename(f.temp, f.target); err != nil {
		return err
	}
	f.temp = ""
	return nil
}

// close closes the file once.
func (f *File) close() error {
	file := f.file
	f.file = nil
	if file == nil {
		return nil
	}
	return file.Close()
}

// failure puts the caller's path in place of that of the temporary file.
func (f *File) failure(err error) error {
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

// KeptError reports a target that could not be replaced by a file that was written
// whole, and where that file is.
type KeptError struct {
	Kept string // its path
	Err  *fs.PathError
}

func (e *KeptError) Error() string {
	return fmt.Sprintf("%v; what was written is in %s", e.Err, e.Kept)
}
func (e *KeptError) Unwrap() error { return e.Err }

// keep moves the temporary file, which is whole, to where it stays: beside the
// target, or else, as a copy, in the directory of the system for such files. It
// returns the error of a file that could not be placed for the reason err.
func (f *File) keep(err error) error {
	reason := f.failure(err).(*fs.PathError)
	kept, err := numbered(f.target+".kept", func(name string) error {
		if f.temp == "" {
			return link(f.file, name)
		}
		return renameNew(f.temp, name)
	})
	if err == nil {
		f.temp = ""
	} else if kept, err = f.copyTo(os.TempDir()); err != nil {
		return reason // which is to be mended first
	}
	return &KeptError{kept, reason}
}

// copyTo writes the content of the temporary file to a new file in dir.
func (f *File) copyTo(dir string) (path string, err error) {
	if f.file == nil {
		return "", fs.ErrClosed
	}
	out, err := os.CreateTemp(dir, filepath.Base(f.target)+".kept*")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(out, io.NewSectionReader(f.file, 0, 1<<62))
	if err = errors.Join(err, out.Close()); err != nil {
		os.Remove(out.Name()) // the error is that of the copy
		return "", err
	}
	return out.Name(), nil
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
