package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/gp/sparse"
	"matheron/kernel"
	"matheron/progress"
)

// Sparse is the kind of a model that has inducing inputs in the place of rows, and the
// distribution of the process there. With L the lower Cholesky factor of
// K_ZZ + Jitter I,
//
//	u = m(Z) + L v,  v ~ N(Mean, ScaleTril ScaleTrilᵀ).
//
// Its posterior costs O(M³).
type Sparse struct {
	// Z are the inducing inputs, M x D, in the model's units, and Jitter is all that
	// is on the diagonal of K_ZZ.
	Z      *mat.Dense
	Jitter float64
	// Mean and ScaleTril (lower triangular, with a positive diagonal) are those of v.
	Mean      []float64
	ScaleTril *mat.Dense
	// NumRows is how many rows the model has learned from, ELBO the bound on the log
	// evidence of their data in their own units, and Inputs where their inputs lie,
	// in the model's units: for people and for figures.
	NumRows int
	ELBO    float64
	Inputs  []Extent
}

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

// Rows implements [Kind].
func (s *Sparse) Rows() int { return s.NumRows }

// Matrices implements [Kind]: no matrix has the size of the rows.
func (s *Sparse) Matrices() int { return 0 }

func (s *Sparse) check(m *Model) error {
	switch {
	case m.Noise.PerRow():
		return fmt.Errorf("noise_variance: one a row of a sparse model")
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
	if s.NumRows < 1 || !finite(s.ELBO) {
		return fmt.Errorf("%d rows with a bound of %v", s.NumRows, s.ELBO)
	}
	return checkNames(m.Inputs, m.Target, m.Scaling, d)
}

// sparseNode is the value of "sparse" in the body of a model.
type sparseNode struct {
	Rows      int          `json:"rows"`
	ELBO      float64      `json:"elbo"`
	Inputs    [][3]float64 `json:"inputs"`
	Jitter    float64      `json:"jitter"`
	Z         [][]float64  `json:"z"`
	Mean      []float64    `json:"mean"`
	ScaleTril [][]float64  `json:"scale_tril"` // row i up to its diagonal
}

func sparseForm() form { return form{member: "sparse", version: 2, read: unmarshalSparse} }

func (s *Sparse) form() form                  { return sparseForm() }
func (s *Sparse) xy() (*mat.Dense, []float64) { return nil, nil }

func (s *Sparse) write(out *bodyWriter) {
	var inputs [][3]float64
	for _, e := range s.Inputs {
		inputs = append(inputs, [3]float64{e.Min, e.Median, e.Max})
	}
	triangle := rowsOf(s.ScaleTril)
	for i, row := range triangle {
		triangle[i] = row[:i+1]
	}
	out.field("rows", s.NumRows)
	out.field("elbo", s.ELBO)
	out.field("inputs", inputs)
	out.field("jitter", s.Jitter)
	out.matrix("z", rowsOf(s.Z))
	out.numbers("mean", s.Mean)
	out.matrix("scale_tril", triangle)
}

func unmarshalSparse(text json.RawMessage, b *modelBody) (Kind, error) {
	if b.X != nil || b.Y != nil {
		return nil, fmt.Errorf("x or y of a sparse model is not null")
	}
	var n sparseNode
	if err := decode(text, &n); err != nil {
		return nil, fmt.Errorf("sparse: %w", err)
	}
	s := &Sparse{NumRows: n.Rows, ELBO: n.ELBO, Jitter: n.Jitter, Mean: n.Mean}
	var err error
	if s.Z, err = matrixOf("sparse.z", n.Z, len(b.Inputs)); err != nil {
		return nil, err
	}
	for _, e := range n.Inputs {
		s.Inputs = append(s.Inputs, Extent{e[0], e[1], e[2]})
	}
	if len(n.ScaleTril) != len(n.Z) {
		return nil, fmt.Errorf("sparse: %d rows of scale_tril for %d inducing inputs", len(n.ScaleTril), len(n.Z))
	}
	s.ScaleTril = mat.NewDense(len(n.Z), len(n.Z), nil)
	for i, row := range n.ScaleTril {
		if len(row) != i+1 {
			return nil, fmt.Errorf("sparse: row %d of scale_tril has %d numbers, want %d", i+1, len(row), i+1)
		}
		copy(s.ScaleTril.RawRowView(i), row)
	}
	return s, nil
}

func (s *Sparse) extents(c *data.Scaling) []Extent {
	out := make([]Extent, len(s.Inputs))
	copy(out, s.Inputs)
	if c == nil {
		return out
	}
	for j, a := range c.Inputs {
		e := s.Inputs[j]
		out[j] = Extent{Min: a.Inverse(e.Min), Median: a.Inverse(e.Median), Max: a.Inverse(e.Max)}
	}
	return out
}

func (s *Sparse) condition(_ context.Context, m *Model, report progress.Func) (regression, error) {
	in, err := (sparse.Prior{Prior: m.Prior, Z: s.Z, Jitter: s.Jitter}).Inducing()
	if err != nil {
		return nil, err
	}
	v, err := sparse.NewFullRank(s.Mean, s.ScaleTril)
	if err != nil {
		return nil, err
	}
	white, _, err := kernel.WhiteVariance(m.Prior.Kernel)
	if err != nil {
		return nil, err
	}
	report.Report(conditioning(1, 1))
	return &sparseRegression{sparse.NewPosterior(in, in.Whiten(v)), m.Noise.At(0) + white + m.Prior.Jitter}, nil
}

// sparseRegression is a sparse posterior.
type sparseRegression struct {
	post  *sparse.Posterior
	noise float64 // of an observation, white noise and jitter included
}

func (r *sparseRegression) posterior() gp.Posterior { return r.post }

func (r *sparseRegression) marginals(z *mat.Dense) (f, y Marginals) {
	mean, variance := r.post.Mean(nil, z), r.post.Variance(nil, z)
	return normals(mean, variance, 0), normals(mean, variance, r.noise)
}

func (r *sparseRegression) priorVariance(z *mat.Dense) []float64 {
	return priorVariance(r.post.Prior(), z)
}

func (r *sparseRegression) points() int { return r.post.Inducing().Len() }

func (r *sparseRegression) perPoint() int { return r.points() }

func (*sparseRegression) describe() (what, kind string) { return "the sparse posterior", "sparse" }

// stands returns the inducing inputs with the mean of f there.
func (r *sparseRegression) stands(p *Posterior) (x *mat.Dense, y []float64, what string) {
	x = r.post.Z()
	if p.scaling != nil {
		x = p.scaling.InverseInputs(nil, x)
	}
	return x, p.Mean(nil, x), "inducing inputs"
}
