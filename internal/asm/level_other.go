//go:build !amd64 || noasm

package asm

// highest returns the level of this platform.
func highest() Level { return Generic }
