package gp

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Append returns the posterior given all rows of p and those of x and y, with
// the same prior and the same jitter. p is left as it is.
//
// A row that repeats another, one of p or a new one before it, without noise in the
// sense of [Prior.Condition], says nothing new and is left out, also where a retry has
// added jitter to the rows of p. If none is left Append returns p.
//
// The noise of the rows of p stays what it was; noise is that of the new rows.
// If both are shared and equal the result's is shared, and otherwise it is one a
// row. Errors are those of [Prior.Condition]: one of an input, a target or a
// noise variance counts the rows of x; one of a pair of rows, a mean or a pivot
// counts on from the rows of p. Jitter beyond that of p is not tried, since it would change all rows:
// condition anew on a *[linalg.NotPositiveDefinite], or on the [*SolverError] of a
// solver that is no [Appender]. It panics on shapes that do not fit. Cost O(N²) a row,
// or that of the Appender.
func (p *Exact) Append(x *mat.Dense, y []float64, noise NoiseVariance) (*Exact, error) {
	n, m := p.Len(), len(y)
	if err := checkData("Append", x, y); err != nil {
		return nil, err
	}
	p.checkColumns("Append", x)
	noise.checkLen("Append", m)
	if err := noise.check(); err != nil {
		return nil, err
	}

	_, d := x.Dims()
	all := mat.NewDense(n+m, d, nil)
	all.Stack(p.x, x)
	joined := p.noise.join(n, noise, m)
	diag, err := p.prior.diagonal(joined, n+m)
	if err != nil {
		return nil, err
	}
	targets := slices.Concat(p.y, y)
	var kept []int
	if p.prior.Jitter == 0 {
		// A retry's jitter makes rows of different targets legal.
		if kept, err = distinct(firstEqual(all), diag, targets, p.Jitter() != 0); err != nil {
			return nil, err
		}
	}
	if kept != nil {
		if m = len(kept) - n; m == 0 {
			return p, nil
		}
		all, targets, diag, joined = takeRows(all, kept), pick(targets, kept), pick(diag, kept), joined.take(kept)
	}
	// Rows that were there keep their diagonal to the last bit.
	copy(diag, p.diag)

	appender, ok := p.solver.(Appender)
	if !ok {
		return nil, &SolverError{p.solver.Name(), "append rows: condition anew on all of them"}
	}
	solver, err := appender.Append(System{Kernel: p.Kernel(), X: all, Diag: diag})
	if err != nil {
		return nil, countAll(err, kept)
	}
	for i := n; i < n+m; i++ {
		diag[i] += p.jitter
	}
	post, err := newExact(Exact{
		prior: p.prior, x: all, y: targets, noise: joined,
		diag: diag, jitter: p.jitter, solver: solver,
	})
	return post, countAll(err, kept)
}
