package ppl_test

import "gonum.org/v1/gonum/mat"

func matrix(r, c int, x ...float64) *mat.Dense { return mat.NewDense(r, c, x) }
