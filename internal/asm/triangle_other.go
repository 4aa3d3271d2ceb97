//go:build !amd64 || noasm

package asm

// The only level here is Generic: but for copyPanels, these are not reached.

func transposePanel(int, int, *float64, int, *float64, int)  { panic("asm: no assembly") }
func copyPanels(int, int, int, *float64, int, *float64) bool { return false }
func solveColumns(*Triangle, int, *float64, int)             { panic("asm: no assembly") }
func solveRows(*Triangle, int, *float64, int)                { panic("asm: no assembly") }
