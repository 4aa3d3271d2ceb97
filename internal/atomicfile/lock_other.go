//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package atomicfile

import (
	"errors"
	"os"
)

const noFollow = 0

var errLocked = errors.New("the file is locked")

// lock says that files cannot be locked.
func lock(*os.File) error { return errors.ErrUnsupported }
