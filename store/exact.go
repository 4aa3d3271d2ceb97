package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/progress"
)

// Exact is the kind of a model with one set of numbers that is conditioned on rows:
//
//	mean(x*) = m(x*) + K* H^-1 (y - m(x)),  cov(x*) = k(x*, x*) - K* H^-1 K*^T
//
// with H = k(x, x) + diag(noise + white noise + jitter). Its posterior costs O(N^3).
type Exact struct {
	// X (N x D) and Y are the rows, in the model's units.
	X *mat.Dense
	Y []float64
}

// Rows implements [Kind].
func (e *Exact) Rows() int { return len(e.Y) }

// Matrices implements [Kind].
func (e *Exact) Matrices() int { return 1 }

func (e *Exact) check(m *Model) error { return m.dataOf(e.X, e.Y).check() }

func exactForm() form {
	return form{version: 1, read: func(_ json.RawMessage, b *modelBody) (Kind, error) {
		x, err := b.rows()
		return &Exact{x, b.Y}, err
	}}
}

func (e *Exact) form() form                       { return exactForm() }
func (e *Exact) write(*bodyWriter)                {}
func (e *Exact) xy() (*mat.Dense, []float64)      { return e.X, e.Y }
func (e *Exact) extents(s *data.Scaling) []Extent { return extentsOfRows(e.X, s) }

// rows returns the matrix of x.
func (b *modelBody) rows() (*mat.Dense, error) { return matrixOf("x", b.X, len(b.Inputs)) }

func (e *Exact) condition(_ context.Context, m *Model, report progress.Func) (regression, error) {
	post, err := m.Prior.Condition(e.X, e.Y, m.Noise)
	if err != nil {
		return nil, err
	}
	report.Report(conditioning(1, 1))
	return &exactRegression{post, e}, nil
}

// exactRegression is an exact posterior.
type exactRegression struct {
	post *gp.Exact
	rows *Exact
}

func (r *exactRegression) posterior() gp.Posterior { return r.post }

func (r *exactRegression) marginals(z *mat.Dense) (f, y Marginals) {
	mean, variance := r.post.Mean(nil, z), r.post.Variance(nil, z)
	if r.post.Noise().PerRow() {
		return normals(mean, variance, 0), Marginals{}
	}
	return normals(mean, variance, 0), normals(mean, variance, r.post.NoiseDiag()[0])
}

func (r *exactRegression) priorVariance(z *mat.Dense) []float64 {
	return priorVariance(r.post.Prior(), z)
}

func (r *exactRegression) points() int { return r.post.Len() }

func (r *exactRegression) perPoint() int { return r.post.Len() }

func (r *exactRegression) describe() (what, kind string) { return "the exact posterior", "exact" }

func (r *exactRegression) stands(p *Posterior) (x *mat.Dense, y []float64, what string) {
	return rowsInTableUnits(r.rows.X, r.rows.Y, p.scaling)
}

// rowsInTableUnits returns the rows of a model for [Posterior.Points].
func rowsInTableUnits(x *mat.Dense, y []float64, s *data.Scaling) (*mat.Dense, []float64, string) {
	if s != nil {
		x, y = s.InverseInputs(nil, x), s.InverseMean(nil, y)
	}
	return x, y, "data"
}

// Extent says where a column of numbers lies.
type Extent struct{ Min, Median, Max float64 }

// ExtentsOf returns where the columns of x lie. It panics if x has no rows.
func ExtentsOf(x *mat.Dense) []Extent {
	n, d := x.Dims()
	if n == 0 {
		panic("store: ExtentsOf no rows")
	}
	out := make([]Extent, d)
	for j := range d {
		c := mat.Col(nil, j, x)
		slices.Sort(c)
		out[j] = Extent{Min: c[0], Median: 0.5*c[(n-1)/2] + 0.5*c[n/2], Max: c[n-1]}
	}
	return out
}

func extentsOfRows(x *mat.Dense, s *data.Scaling) []Extent {
	if s != nil {
		x = s.InverseInputs(nil, x)
	}
	return ExtentsOf(x)
}

// rowsOf returns the rows of m, which share its storage; nil of nil.
func rowsOf(m *mat.Dense) [][]float64 {
	if m == nil {
		return nil
	}
	n, _ := m.Dims()
	out := make([][]float64, n)
	for i := range out {
		out[i] = m.RawRowView(i)
	}
	return out
}

// matrixOf returns the matrix of some rows of d numbers each.
func matrixOf(what string, rows [][]float64, d int) (*mat.Dense, error) {
	if len(rows) == 0 || d == 0 {
		return nil, fmt.Errorf("no rows of %s", what)
	}
	m := mat.NewDense(len(rows), d, nil)
	for i, row := range rows {
		if len(row) != d {
			return nil, fmt.Errorf("row %d of %s has %d numbers, want %d", i+1, what, len(row), d)
		}
		m.SetRow(i, row)
	}
	return m, nil
}
