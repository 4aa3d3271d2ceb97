//go:build !amd64 || noasm

package asm

// gemmTile is not reached: the only level here is Generic.
func gemmTile[T Float](*Product[T], Tile, int, int, int, int) { panic("asm: no assembly") }
