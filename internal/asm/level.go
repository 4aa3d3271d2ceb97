package asm

import (
	"fmt"
	"os"
)

// Level is a set of instructions that kernels are written for. Higher levels
// include the lower ones.
type Level int

// The levels. Generic is Go.
const (
	Generic Level = iota
	AVX2          // AVX2, FMA and BMI2
	AVX512        // AVX-512 F, DQ, BW and VL, and AVX2
)

var levelNames = [...]string{"generic", "avx2", "avx512"}

// String returns the name of l in MATHERON_CPU.
func (l Level) String() string { return levelNames[l] }

// level is what all kernels run at; nothing changes it after the start but tests
// of this package.
var level = choose(os.Getenv("MATHERON_CPU"), highest())

// Active returns the level that kernels run at.
func Active() Level { return level }

// choose returns the level of a name that is no higher than the processor's, and
// the processor's for an empty name. A program that was told to run at another is
// ended: running on would test something else.
func choose(name string, have Level) Level {
	l, err := parse(name, have)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return l
}

func parse(name string, have Level) (Level, error) {
	if name == "" {
		return have, nil
	}
	for l, n := range levelNames {
		if n == name {
			if Level(l) > have {
				return 0, fmt.Errorf("MATHERON_CPU is %s, but this processor or build has only %v", name, have)
			}
			return Level(l), nil
		}
	}
	return 0, fmt.Errorf("MATHERON_CPU is %q, want avx512, avx2 or generic", name)
}
