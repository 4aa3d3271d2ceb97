//go:build !noasm

package asm

import "golang.org/x/sys/cpu"

// highest returns the level of this processor and operating system.
func highest() Level {
	switch x := cpu.X86; {
	case !x.HasAVX2 || !x.HasFMA || !x.HasBMI2:
		return Generic
	case x.HasAVX512F && x.HasAVX512DQ && x.HasAVX512BW && x.HasAVX512VL:
		return AVX512
	}
	return AVX2
}
