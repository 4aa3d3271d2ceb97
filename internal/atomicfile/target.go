package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

// maxLinks is the number of symbolic links that are followed before they are
// taken to be a loop (the limit of Linux, path_resolution(7)).
const maxLinks = 40

// stream returns the process's own output when path names it: "-", or a name in
// /dev or /proc that leads to the same file; otherwise nil. Opening such a name
// anew would write from the start of a file that the shell has redirected to, over
// what is there, and fails for a socket or another user's terminal.
func stream(path string) *os.File {
	if path == "-" {
		return os.Stdout
	}
	if !strings.HasPrefix(path, "/dev/") && !strings.HasPrefix(path, "/proc/") {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	for _, std := range []*os.File{os.Stdout, os.Stderr} {
		if own, err := std.Stat(); err == nil && os.SameFile(info, own) {
			return std
		}
	}
	return nil
}

// open opens the file and, unless it is a stream, sets target and temp.
func (f *File) open(named bool) error {
	if f.path == "" {
		return errors.New("the path is empty")
	}
	info, err := os.Stat(f.path)
	switch {
	case err == nil && info.IsDir(), err != nil && os.IsPathSeparator(f.path[len(f.path)-1]):
		return syscall.EISDIR
	case err == nil && !info.Mode().IsRegular():
		f.file, err = os.OpenFile(f.path, os.O_WRONLY, 0)
		return err
	case err == nil:
		// The rename would replace even a file that its owner has protected.
		w, err := os.OpenFile(f.path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		w.Close() // nothing was written
	case !errors.Is(err, fs.ErrNotExist):
		return err
	default:
		info = nil
	}
	if f.target, err = Resolve(f.path); err != nil {
		return err
	}
	return f.openTemp(info, named)
}

// Resolve follows symbolic links at the end of path, to a name that exists and
// is no link or that does not exist yet: what [Create] replaces.
func Resolve(path string) (string, error) {
	for range maxLinks {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
		if err != nil {
			return "", err
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			return path, nil
		}
		link, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(link) {
			// Not filepath.Join: see folder.
			link = folder(path) + string(filepath.Separator) + link
		}
		path = link
	}
	return "", syscall.ELOOP
}

// syncDir makes a rename durable. Windows cannot sync a directory, some file
// systems refuse to, and one may write in a directory that one may not read.
func syncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(folder(path))
	if err != nil {
		return nil
	}
	defer dir.Close() // nothing is written by it
	err = dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}
