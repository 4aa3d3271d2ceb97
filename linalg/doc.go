// Package linalg is the dense algebra of Matheron: level-3 products, the
// Cholesky factorisation of a covariance matrix under a stated jitter policy,
// triangular solves, and the append of rows to a factor.
//
// In flow row-major matrices (*[mat.Dense], views with a stride included), out
// flow products in a destination of the caller, and [Cholesky] values.
//
//	Mul         dst  = A B                2 m n k flop
//	MulAdd      dst += alpha A B          2 m n k
//	MulTransA   dst  = A' B               2 m n k
//	MulTransB   dst  = A B'               2 m n k
//	SymRankK    dst += alpha A A' (lower)   n n k, and SymRankKTransA with A' A
//	Factorize   K + jitter I = L L'       n^3/3
//	Solve*      L^-1 B, L'^-1 B, K^-1 B   n n s, or twice that
//	Inverse     K^-1                      2 n^3/3
//	Append      [K K12; K21 K22] = L L'   n n a row
//
// # Same bits
//
// Work is split into tiles of fixed size, or along lines that no sum crosses,
// so results have the same bits for any GOMAXPROCS. Products and solves with
// matrices promise more. Row i of A B and A B' depends on row i of A and on B,
// however many other rows A has; column j of a solve depends on column j of the
// right-hand side alone. A caller may therefore cut its points or its draws
// into chunks of any size.
//
// # Failures
//
// Shapes that do not fit, and destinations that overlap an argument, are
// mistakes of the programmer and panic with "linalg: ...". A matrix that is not
// positive definite is data, and an error: [NotPositiveDefinite] carries the
// pivot, its value, and every jitter that was tried.
//
// # Parallelism
//
// Large calls use GOMAXPROCS goroutines, which end with the call; [Workers] bounds
// them, and [Serial] keeps a call on the goroutine of the caller.
//
// Products run on the kernels of internal/asm; the loops on the diagonal blocks of
// factors and solves are gonum's.
package linalg
