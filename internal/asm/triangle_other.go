//go:build !amd64 || noasm

package asm

// These are not reached: the only level here is Generic.

func transposePanel(int, int, *float64, int, *float64, int) { panic("asm: no assembly") }
func solveColumns(*Triangle, int, *float64, int)            { panic("asm: no assembly") }
func solveRows(*Triangle, int, *float64, int)               { panic("asm: no assembly") }
