package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// swept is how many free names end the search for temporary files that were left
// behind.
const swept = 8

// openTemp creates the temporary file; old describes the file to be replaced, nil
// if there is none.
func (f *File) openTemp(old fs.FileInfo, named bool) (err error) {
	sweep(f.target)
	perm := fs.FileMode(0o666)
	if old != nil {
		perm = 0o600 // never wider than the old one, until Chmod
	}
	if !named {
		f.file, err = openUnnamed(folder(f.target), perm)
	}
	if named || errors.Is(err, errors.ErrUnsupported) {
		f.temp, err = claim(f.target, func(name string) (err error) {
			f.file, err = createLocked(name, perm)
			return err
		})
	}
	if err != nil || old == nil {
		return err
	}
	if err := f.file.Chmod(old.Mode().Perm()); err != nil && runtime.GOOS != "windows" {
		f.cleanup()
		return err
	}
	return nil
}

// folder returns the directory of path. Unlike [filepath.Dir] it does not cancel
// "link/.." by its letters, which need not be where that leads.
func folder(path string) string {
	dir, _ := filepath.Split(path)
	if dir == "" {
		return "."
	}
	return dir
}

// tempName returns the i-th name of a temporary file of target.
func tempName(target string, i int) string {
	dir, base := filepath.Split(target)
	// The name must stay within NAME_MAX, 255 bytes.
	base = strings.ToValidUTF8(base[:min(len(base), 200)], "")
	return fmt.Sprintf("%s.%s.%d.tmp", dir, base, i)
}

// claim gives a temporary file of target the first name that is free, or whose
// file was left behind. make returns [fs.ErrExist] for a name that is taken.
func claim(target string, make func(name string) error) (name string, err error) {
	for i := 0; ; i++ {
		name = tempName(target, i)
		err = make(name)
		if errors.Is(err, fs.ErrExist) && removeStale(name) {
			err = make(name)
		}
		if !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
}

// numbered makes a file of the given name, or if that is taken, of the first with
// a number after it that is free.
func numbered(base string, make func(name string) error) (name string, err error) {
	for i := 0; ; i++ {
		name = base
		if i > 0 {
			name = fmt.Sprintf("%s%d", base, i)
		}
		if err = make(name); !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
}

// sweep removes the temporary files of target that killed processes left behind.
func sweep(target string) {
	for i, free := 0, 0; free < swept; i++ {
		name := tempName(target, i)
		if _, err := os.Lstat(name); err != nil {
			free++
			continue
		}
		removeStale(name)
	}
}

// removeStale removes a temporary file that no process holds, and reports whether
// it has. Whoever holds the lock of a file that is at a name may remove or rename
// it, and nobody else does.
func removeStale(name string) bool {
	file, err := os.OpenFile(name, os.O_RDWR|noFollow, 0)
	if err != nil {
		return false
	}
	defer file.Close() // releases the lock
	return lock(file) == nil && isAt(file, name) && os.Remove(name) == nil
}

// createLocked creates a file and locks it, where files can be locked. Another
// process that takes it for one that was left behind, before it is locked, is an
// [fs.ErrExist].
func createLocked(name string, perm fs.FileMode) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return nil, err
	}
	if errors.Is(lock(file), errLocked) || !isAt(file, name) {
		file.Close() // it is gone, or is about to be
		return nil, fs.ErrExist
	}
	return file, nil
}

// isAt reports whether an open file is the one at a name.
func isAt(file *os.File, name string) bool {
	own, err := file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(name)
	return err == nil && os.SameFile(own, there)
}

// renameNew renames a file to a name that is free.
func renameNew(from, to string) error {
	if _, err := os.Lstat(to); err == nil {
		return fs.ErrExist
	}
	return os.Rename(from, to)
}
