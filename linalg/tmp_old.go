package linalg

import "gonum.org/v1/gonum/blas/blas64"

// gemmAdd adds alpha a b to c on the calling goroutine.
func gemmAdd(c blas64.General, alpha float64, a, b blas64.General) {
	p := product{c: c, alpha: alpha, a: plain(a), b: plain(b), k: b.Rows, diag: whole, add: true}
	p.run(Serial)
}
