//go:build !amd64 || noasm

package asm

func exp(dst, x []float64) { expGeneric(dst, x) }

func sinCos(sin, cos, x []float64) (largest float64) { return sinCosGeneric(sin, cos, x) }
