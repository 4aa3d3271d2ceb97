package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// openUnnamed opens a new file of dir that has no name until [link] gives it one.
// Where there is no such thing it returns [errors.ErrUnsupported]; EISDIR is how
// kernels and file systems without O_TMPFILE say so, see open(2).
func openUnnamed(dir string, perm fs.FileMode) (*os.File, error) {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, uint32(perm))
	if errors.Is(err, unix.EISDIR) || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOENT) {
		return nil, errors.ErrUnsupported // a directory that is not there fails for its own sake
	}
	if err != nil {
		return nil, err // EOPNOTSUPP is an errors.ErrUnsupported
	}
	file := os.NewFile(uintptr(fd), dir)
	if _, err := os.Lstat(procPath(file)); err != nil {
		file.Close() // nothing is in it
		return nil, errors.ErrUnsupported
	}
	if errors.Is(lock(file), errLocked) {
		panic("atomicfile: a file without a name is locked")
	}
	return file, nil
}

// link gives a file without a name one that is free, see open(2) at O_TMPFILE.
func link(file *os.File, name string) error {
	return unix.Linkat(unix.AT_FDCWD, procPath(file), unix.AT_FDCWD, name, unix.AT_SYMLINK_FOLLOW)
}

func procPath(file *os.File) string { return fmt.Sprintf("/proc/self/fd/%d", file.Fd()) }
