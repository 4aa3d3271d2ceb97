//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package atomicfile

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

const noFollow = unix.O_NOFOLLOW

// errLocked says that another process holds the lock of a file.
var errLocked error = unix.EWOULDBLOCK

// lock locks an open file until it is closed or the process ends. It does not
// wait; an error other than errLocked says that the file system has no locks.
func lock(file *os.File) error {
	for {
		if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
