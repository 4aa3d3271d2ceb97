package store

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/gp/sparse"
)

// Sparse is what a sparse model has in the place of rows: inducing inputs and the
// law of the process there. With L the lower Cholesky factor of K_ZZ + Jitter I,
//
//	u = m(Z) + L v,  v ~ N(Mean, ScaleTril ScaleTrilᵀ).
type Sparse struct {
	// Z are the inducing inputs, M x D, and Jitter is all that is on the diagonal
	// of K_ZZ.
	Z      *mat.Dense
	Jitter float64
	// Mean and ScaleTril (lower triangular, with a positive diagonal) are those of v.
	Mean      []float64
	ScaleTril *mat.Dense
	// Rows is how many rows the model learned from, ELBO the bound on the log
	// evidence of their data in their own units, and Inputs where their inputs lie,
	// in the model's units: for people and for figures.
	Rows   int
	ELBO   float64
	Inputs []Extent
}

// Extent says where a column of numbers lies.
type Extent struct{ Min, Median, Max float64 }

// errSparse is the error of asking a sparse model for an exact posterior.
var errSparse = errors.New("a sparse model has no rows to condition on: ask for its SparsePosterior")

// SparseOf returns the inducing inputs and the guide of a posterior. For a
// whitened guide of full rank, such as a fit's, they are its numbers, and else
// those to rounding. The error is that of [sparse.ToFullRank].
func SparseOf(p *sparse.Posterior) (*Sparse, error) {
	w, err := p.Inducing().WhitenGuide(p.Guide())
	if err != nil {
		return nil, err
	}
	v, err := sparse.ToFullRank(w.V())
	if err != nil {
		return nil, err
	}
	return &Sparse{Z: p.Z(), Jitter: p.Jitter(), Mean: v.Mean(), ScaleTril: v.ScaleTril()}, nil
}

// SparsePosterior returns the posterior of a sparse model, and an error for
// another one. Cost O(M³).
func (m *Model) SparsePosterior() (*sparse.Posterior, error) {
	s := m.Sparse
	if s == nil {
		return nil, errors.New("the model is not sparse")
	}
	in, err := (sparse.Prior{Prior: m.Prior, Z: s.Z, Jitter: s.Jitter}).Inducing()
	if err != nil {
		return nil, err
	}
	v, err := sparse.NewFullRank(s.Mean, s.ScaleTril)
	if err != nil {
		return nil, err
	}
	return sparse.NewPosterior(in, in.Whiten(v)), nil
}

// check returns an error unless the parts fit each other and are numbers that
// the mathematics has.
func (s *Sparse) check(m *Model) error {
	switch {
	case m.Draws != nil:
		return fmt.Errorf("draws of a sparse model")
	case m.X != nil || len(m.Y) > 0:
		return fmt.Errorf("rows of a sparse model")
	case m.Noise.PerRow():
		return fmt.Errorf("a noise variance a row of a sparse model")
	case s.Z == nil || s.Z.IsEmpty():
		return fmt.Errorf("no inducing inputs")
	case s.ScaleTril == nil:
		return fmt.Errorf("no scale_tril of the guide")
	}
	n, d := s.Z.Dims()
	if r, c := s.ScaleTril.Dims(); len(s.Mean) != n || r != n || c != n {
		return fmt.Errorf("a guide of %d means and %d x %d scales for %d inducing inputs", len(s.Mean), r, c, n)
	}
	for i := range n {
		if notFinite(s.Z.RawRowView(i)) >= 0 {
			return fmt.Errorf("inducing input %d is %v", i, s.Z.RawRowView(i))
		}
	}
	if _, err := sparse.NewFullRank(s.Mean, s.ScaleTril); err != nil {
		return err
	}
	if err := one(s.Jitter).check("jitter of the inducing inputs", 1, false); err != nil {
		return err
	}
	if err := one(m.Prior.Jitter).check("jitter", 1, false); err != nil {
		return err
	}
	if err := noiseNumbers(m.Noise).check("noise variance", 1, false); err != nil {
		return err
	}
	if len(s.Inputs) != d {
		return fmt.Errorf("extents of %d inputs of %d", len(s.Inputs), d)
	}
	for i, e := range s.Inputs {
		if !(e.Min <= e.Median && e.Median <= e.Max) || !finite(e.Min) || !finite(e.Max) {
			return fmt.Errorf("the extent of input %d is %v", i, e)
		}
	}
	if s.Rows < 1 || !finite(s.ELBO) {
		return fmt.Errorf("%d rows with a bound of %v", s.Rows, s.ELBO)
	}
	return checkNames(m.Inputs, m.Target, m.Scaling, d)
}

// sparseNode is the value of "sparse" in a file of a model.
type sparseNode struct {
	Rows      int          `json:"rows"`
	ELBO      float64      `json:"elbo"`
	Inputs    [][3]float64 `json:"inputs"`
	Jitter    float64      `json:"jitter"`
	Z         [][]float64  `json:"z"`
	Mean      []float64    `json:"mean"`
	ScaleTril [][]float64  `json:"scale_tril"` // row i up to its diagonal
}

func describeSparse(s *Sparse) *sparseNode {
	if s == nil {
		return nil
	}
	n := &sparseNode{Rows: s.Rows, ELBO: s.ELBO, Jitter: s.Jitter, Z: rowsOf(s.Z), Mean: s.Mean}
	for _, e := range s.Inputs {
		n.Inputs = append(n.Inputs, [3]float64{e.Min, e.Median, e.Max})
	}
	for i, row := range rowsOf(s.ScaleTril) {
		n.ScaleTril = append(n.ScaleTril, row[:i+1])
	}
	return n
}

// sparse returns what n describes, of d inputs.
func (n *sparseNode) sparse(d int) (*Sparse, error) {
	if n == nil {
		return nil, nil
	}
	s := &Sparse{Rows: n.Rows, ELBO: n.ELBO, Jitter: n.Jitter, Mean: n.Mean}
	var err error
	if s.Z, err = matrixOf("z", n.Z, d); err != nil {
		return nil, err
	}
	for _, e := range n.Inputs {
		s.Inputs = append(s.Inputs, Extent{e[0], e[1], e[2]})
	}
	if len(n.ScaleTril) != len(n.Z) {
		return nil, fmt.Errorf("%d rows of scale_tril for %d inducing inputs", len(n.ScaleTril), len(n.Z))
	}
	s.ScaleTril = mat.NewDense(len(n.Z), len(n.Z), nil)
	for i, row := range n.ScaleTril {
		if len(row) != i+1 {
			return nil, fmt.Errorf("row %d of scale_tril has %d numbers, want %d", i+1, len(row), i+1)
		}
		copy(s.ScaleTril.RawRowView(i), row)
	}
	return s, nil
}
