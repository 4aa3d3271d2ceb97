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

// level is the level of all kernels. Only tests of this package change it after the
// start.
var level = choose(os.Getenv("MATHERON_CPU"), highest())

// Active returns the level that kernels run at.
func Active() Level { return level }

// choose returns the level of a name, or that of the processor for an empty name. It
// ends the program if the name is unknown or the processor lacks the level: a test at
// another level would not test what it was told to.
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
