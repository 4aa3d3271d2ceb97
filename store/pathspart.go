package store

import (
	"encoding/hex"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
)

// partHeader is a part of a header that all versions have: paths of one posterior.
type partHeader struct {
	KernelText string         `json:"kernel_text,omitempty"`
	Kernel     *kernelNode    `json:"kernel"`
	Mean       *meanNode      `json:"mean"`
	Jitter     float64        `json:"jitter"`
	Solver     string         `json:"solver,omitempty"` // none for "cholesky"
	Noise      *noiseNode     `json:"noise_variance"`
	Key        string         `json:"key"`
	PerPath    bool           `json:"basis_per_path"`
	X          *arrayRef      `json:"x"`
	Y          *arrayRef      `json:"y"`
	Features   []*featureNode `json:"features"`
	Weights    *arrayRef      `json:"weights"`
	Update     *arrayRef      `json:"update"`
	// Coefficients are there with a solver for kernels of finite rank.
	Coefficients *arrayRef `json:"coefficients,omitempty"`
}

// partNode is a part in version 2. Without x it has x and y of the part before;
// with a guide, x are the inducing inputs, and there is no y and no noise.
type partNode struct {
	Paths int `json:"paths"`
	partHeader
	Guide *guideNode `json:"guide"`
}

// guideNode is the distribution of u that a guide gives.
type guideNode struct {
	Mean       *arrayRef `json:"mean"`
	Covariance *arrayRef `json:"covariance"`
}

// noiseNode is the noise: one number, or an array of one a row.
type noiseNode struct {
	Shared *float64  `json:"shared,omitempty"`
	Rows   *arrayRef `json:"rows,omitempty"`
}

// layoutPart describes the paths of a state and appends their arrays; before is
// the state of the part before, nil for the first.
func layoutPart(p *PathSet, s, before *pathwise.State, a *arrays) (*partNode, error) {
	if err := checkState(p.InputNames, p.Target, p.Scaling, s); err != nil {
		return nil, err
	}
	n, d := s.X.Dims()
	key := s.Key.Bytes()
	h := &partNode{Paths: s.Paths, partHeader: partHeader{
		Jitter: s.Prior.Jitter, Key: hex.EncodeToString(key[:]), PerPath: s.PerPath,
		KernelText: kernelText(s.Prior.Kernel, p.InputNames),
	}}
	var err error
	if h.Solver, err = solverName(s.Prior.Solver); err != nil {
		return nil, err
	}
	if h.Kernel, err = kernelTree(s.Prior.Kernel, d); err != nil {
		return nil, err
	}
	if h.Mean, err = meanTree(s.Prior.Mean, d); err != nil {
		return nil, err
	}
	if !sameRows(s, before) {
		h.X = a.dense("inputs", n, d, func() *mat.Dense { return s.X })
		if s.Guide == nil {
			h.Y = a.column("targets", s.Y)
		}
	}
	if s.Guide != nil {
		h.Guide = &guideNode{
			Mean:       a.column("means of the guide", s.Guide.Mean),
			Covariance: a.dense("covariances of the guide", n, n, func() *mat.Dense { return s.Guide.Covariance }),
		}
	} else if v := noiseNumbers(s.Noise); v.list {
		h.Noise = &noiseNode{Rows: a.column("noise variances", v.values)}
	} else {
		h.Noise = &noiseNode{Shared: &v.values[0]}
	}
	for _, b := range s.Bases {
		node, err := featureTree(b, d, 0, a)
		if err != nil {
			return nil, err
		}
		h.Features = append(h.Features, node)
	}
	if s.Weights != nil {
		r, c := s.Weights.Dims()
		h.Weights = a.dense("weights", r, c, func() *mat.Dense { return s.Weights })
	}
	h.Update = a.dense("update weights", n, s.Paths, func() *mat.Dense { return s.Update })
	if s.Coefficients != nil {
		r, c := s.Coefficients.Dims()
		h.Coefficients = a.dense("coefficients", r, c, func() *mat.Dense { return s.Coefficients })
	}
	return h, nil
}

// sameRows reports whether a part has the rows of the one before it.
func sameRows(s, before *pathwise.State) bool {
	if before == nil || (s.Guide == nil) != (before.Guide == nil) {
		return false
	}
	return (s.X == before.X || mat.Equal(s.X, before.X)) && slices.Equal(s.Y, before.Y)
}

// checkState checks the rows of a state, or its inducing inputs, as [table] does.
func checkState(inputs []string, target string, scaling *data.Scaling, s *pathwise.State) error {
	t := table{inputs, target, scaling, s.X, s.Y, s.Noise, s.Prior.Jitter}
	if s.Guide != nil {
		if len(s.Y) > 0 {
			return fmt.Errorf("targets beside a guide")
		}
		return t.checkInputs()
	}
	return t.check()
}

// state reads the arrays of a part and returns what its paths are made of.
func (h *partNode) state(names *pathsNames, before *pathwise.State, a *arrayReader) (*pathwise.State, error) {
	d := len(names.Inputs)
	if h.Paths < 1 {
		return nil, fmt.Errorf("%d paths", h.Paths)
	}
	s := &pathwise.State{Paths: h.Paths, PerPath: h.PerPath}
	var err error
	if s.Prior, err = h.prior(d); err != nil {
		return nil, err
	}
	if s.Key, err = decodeKey(h.Key); err != nil {
		return nil, err
	}
	if err := h.rows(s, d, before, a); err != nil {
		return nil, err
	}
	n, _ := s.X.Dims()
	if h.Guide != nil {
		s.Guide, err = h.Guide.moments(a, int64(n))
	} else {
		s.Noise, err = h.noise(a, n)
	}
	if err != nil {
		return nil, err
	}
	if err := checkState(names.Inputs, names.Target, names.Standardize.scaling(), s); err != nil {
		return nil, err
	}
	if s.Bases, err = h.bases(a, d); err != nil {
		return nil, err
	}
	if h.Weights != nil {
		if s.Weights, err = a.dense("weights", h.Weights, -1, int64(h.Paths)); err != nil {
			return nil, err
		}
	}
	if s.Update, err = a.dense("update", h.Update, int64(n), int64(h.Paths)); err != nil || h.Coefficients == nil {
		return s, err
	}
	s.Coefficients, err = a.dense("coefficients", h.Coefficients, -1, int64(h.Paths))
	return s, err
}

// rows reads x and y of s, or takes those of the part before.
func (h *partNode) rows(s *pathwise.State, d int, before *pathwise.State, a *arrayReader) (err error) {
	switch {
	case h.Guide != nil && (h.Y != nil || h.Noise != nil):
		return fmt.Errorf("y or noise_variance beside a guide")
	case h.X == nil && h.Y == nil && before != nil && (h.Guide == nil) == (before.Guide == nil):
		s.X, s.Y = before.X, before.Y
		return nil
	}
	if s.X, err = a.dense("x", h.X, -1, int64(d)); err != nil || h.Guide != nil {
		return err
	}
	n, _ := s.X.Dims()
	s.Y, err = a.column("y", h.Y, int64(n))
	return err
}

// moments reads the distribution of u at m inducing inputs.
func (n *guideNode) moments(a *arrayReader, m int64) (*pathwise.Gaussian, error) {
	var q pathwise.Gaussian
	var err error
	if q.Mean, err = a.column("mean of the guide", n.Mean, m); err != nil {
		return nil, err
	}
	q.Covariance, err = a.dense("covariance of the guide", n.Covariance, m, m)
	return &q, err
}

func (h *partNode) prior(d int) (gp.Prior, error) {
	k, err := h.Kernel.kernel(d)
	if err != nil {
		return gp.Prior{}, err
	}
	m, err := h.Mean.mean(d)
	if err != nil {
		return gp.Prior{}, err
	}
	solver, err := solverOf(h.Solver)
	return gp.Prior{Kernel: k, Mean: m, Jitter: h.Jitter, Solver: solver}, err
}

func (h *partNode) noise(a *arrayReader, n int) (gp.NoiseVariance, error) {
	switch {
	case h.Noise == nil || (h.Noise.Shared == nil) == (h.Noise.Rows == nil):
		return gp.NoiseVariance{}, fmt.Errorf("noise_variance has to have either shared or rows")
	case h.Noise.Shared != nil:
		return gp.Noise(*h.Noise.Shared), nil
	}
	v, err := a.column("noise_variance", h.Noise.Rows, int64(n))
	return gp.NoiseRows(v...), err
}

// bases reads the features: one set, or one for each path.
func (h *partNode) bases(a *arrayReader, d int) ([]basis.Stack, error) {
	r := featureReader{arrayReader: a}
	if h.Weights != nil {
		r.most = h.Weights.Shape[0]
		if r.most < 1 || r.most > a.size/8 {
			return nil, fmt.Errorf("weights of %d features", r.most)
		}
	}
	var out []basis.Stack
	for _, n := range h.Features {
		b, err := r.basis(n, d, 0)
		if err != nil {
			return nil, err
		}
		s, ok := b.(basis.Stack)
		if !ok {
			return nil, fmt.Errorf("features are a %s, want a Stack of the components", n.Type)
		}
		out = append(out, s)
	}
	return out, nil
}

// kernelText returns the text of a kernel for people to read, empty where it
// has none.
func kernelText(k kernel.Kernel, inputs []string) string {
	text, err := kernel.Format(k, inputs)
	if err != nil {
		return ""
	}
	return text
}
