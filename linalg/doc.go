// Package linalg is the dense algebra of Matheron: level-3 products, the
// Cholesky factorisation of a covariance matrix under a stated jitter policy,
// triangular solves, and the append of rows to a factor.
//
// It takes row-major matrices (*[mat.Dense], also views with a stride), and gives
// products in a destination of the caller, and [Cholesky] values.
//
//	Mul         dst  = A B                2 m n k flop
//	MulAdd      dst += alpha A B          2 m n k
//	MulTransA   dst  = A' B               2 m n k
//	MulTransB   dst  = A B'               2 m n k
//	Transpose   dst  = A'
//	SymRankK    dst += alpha A A' (lower)   n n k, and SymRankKTransA with A' A
//	Factorize   K + jitter I = L L'       n^3/3
//	Solve*      L^-1 B, L'^-1 B, K^-1 B   n n s, or twice that
//	Inverse     K^-1                      2 n^3/3
//	Append      [K K12; K21 K22] = L L'   n n a row
//
// A [Workspace] factorises one matrix after another without allocating, and [BLAS]
// offers the products and solves to any program that uses gonum.
//
// # Same bits
//
// Results have the same bits for any GOMAXPROCS and any number of [Workers]. Products
// and solves with matrices promise more. Row i of A B and A B' depends on row i of A
// and on B, however many other rows A has; column j of a solve depends on column j of
// the right-hand side alone. A caller may therefore cut its points or its draws into
// chunks of any size. This holds for three reasons. Every element of a product of any
// shape is
//
//	C(i,j) = ((C(i,j) + alpha S_0) + alpha S_1) + ...
//
// where S_l sums 512 products, from zero and in the order of k. Where factors and
// solves are cut into products depends on their order alone. And goroutines share work
// along lines that no sum crosses.
//
// All this is of one machine, or of several with the same architecture, level of
// vector instructions, version of Go and of this module. Elsewhere sums are rounded
// otherwise. What takes a fixed number of steps, such as a factor, a posterior or a
// drawn function, agrees there to rounding times the condition number. What a search
// or a chain ends in need not: an optimum agrees to the tolerance of its optimiser,
// which along a flat direction is a percent of a parameter, and a Markov chain takes
// another course within some dozens of steps, to other draws of the same distribution.
//
// # Failures
//
// Shapes that do not fit, and destinations that overlap an argument, are
// mistakes of the programmer and panic with "linalg: ...". A matrix that is not
// positive definite is data, and an error: [NotPositiveDefinite] carries the
// pivot, its value, and every jitter that was tried.
//
// So is a matrix that is singular to rounding. The pivot L_ii², which elimination
// computes from the diagonal element k_ii, has an error of up to N ε k_ii
// ([PivotRounding]); a pivot below that counts as not positive. The bound is relative
// to each diagonal element, so that a diagonal matrix of any scales passes. The check
// costs N flop.
//
// # Speed and memory
//
// The arithmetic is that of the kernels of internal/asm: products keep 8 x 24
// elements of C in registers (AVX-512; 6 x 8 with AVX2), read A where it is, and pack
// B into panels of which 512 x 384 elements lie in the second-level cache. Factors,
// solves and inverses halve their matrices until a triangle of 24 rows fits the
// registers; the rest is products. Calls of more than 2e7 flop use GOMAXPROCS
// goroutines, which end with the call; [Workers] bounds them, and [Serial] keeps a
// call on the goroutine of the caller, for callers that run beside others.
//
// Nothing of the size of a matrix is allocated, except the new factor of Append:
// factors, solves and inverses are in place, and transposes are read where they are.
// A call takes at most 2 MB of scratch a goroutine, or 200 bytes for each row of a
// matrix that is inverted if that is more, and reuses it from call to call.
package linalg
