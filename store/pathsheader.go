package store

import (
	"encoding/hex"
	"encoding/json"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
	"matheron/rng"
)

// pathsHeader is the header of a file of paths.
type pathsHeader struct {
	Paths       int            `json:"paths"`
	Inputs      []string       `json:"inputs"`
	Target      string         `json:"target"`
	Standardize *data.Scaling  `json:"standardize"`
	KernelText  string         `json:"kernel_text,omitempty"`
	Kernel      *kernelNode    `json:"kernel"`
	Mean        *meanNode      `json:"mean"`
	Jitter      float64        `json:"jitter"`
	Noise       *noiseNode     `json:"noise_variance"`
	Key         string         `json:"key"`
	PerPath     bool           `json:"basis_per_path"`
	X           *arrayRef      `json:"x"`
	Y           *arrayRef      `json:"y"`
	Features    []*featureNode `json:"features"`
	Weights     *arrayRef      `json:"weights"`
	Update      *arrayRef      `json:"update"`
}

// noiseNode is the noise: one number, or an array of one a row.
type noiseNode struct {
	Shared *float64  `json:"shared,omitempty"`
	Rows   *arrayRef `json:"rows,omitempty"`
}

// layoutPaths returns the file of paths with a state.
func layoutPaths(p *PathSet, s pathwise.State) (*pathsFile, error) {
	t := table{p.Inputs, p.Target, p.Scaling, s.X, s.Y, s.Noise, s.Prior.Jitter}
	if err := t.check(); err != nil {
		return nil, err
	}
	n, d := s.X.Dims()
	var f pathsFile
	a := &f.arrays
	key := s.Key.Bytes()
	h := pathsHeader{
		Paths: s.Paths, Inputs: p.Inputs, Target: p.Target, Standardize: p.Scaling,
		Jitter: s.Prior.Jitter, Key: hex.EncodeToString(key[:]), PerPath: s.PerPath,
		KernelText: kernelText(s.Prior.Kernel, p.Inputs),
	}
	var err error
	if h.Kernel, err = kernelTree(s.Prior.Kernel, d); err != nil {
		return nil, err
	}
	if h.Mean, err = meanTree(s.Prior.Mean, d); err != nil {
		return nil, err
	}
	h.X = a.dense("inputs", n, d, func() *mat.Dense { return s.X })
	h.Y = a.column("targets", s.Y)
	if v := noiseNumbers(s.Noise); v.list {
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
	if f.header, err = json.Marshal(h); err != nil {
		return nil, err
	}
	// The arrays start at a multiple of 8.
	for int64(len(f.header))%8 != 0 {
		f.header = append(f.header, ' ')
	}
	return &f, nil
}

// restore reads the arrays and makes the paths.
func (h *pathsHeader) restore(a *arrayReader) (*PathSet, error) {
	d := len(h.Inputs)
	if d == 0 {
		return nil, fmt.Errorf("no inputs")
	}
	if h.Paths < 1 {
		return nil, fmt.Errorf("%d paths", h.Paths)
	}
	s := pathwise.State{Paths: h.Paths, PerPath: h.PerPath}
	var err error
	if s.Prior, err = h.prior(d); err != nil {
		return nil, err
	}
	if s.Key, err = h.key(); err != nil {
		return nil, err
	}
	if s.X, err = a.dense("x", h.X, -1, int64(d)); err != nil {
		return nil, err
	}
	n, _ := s.X.Dims()
	if s.Y, err = a.column("y", h.Y, int64(n)); err != nil {
		return nil, err
	}
	if s.Noise, err = h.noise(a, n); err != nil {
		return nil, err
	}
	t := table{h.Inputs, h.Target, h.Standardize, s.X, s.Y, s.Noise, h.Jitter}
	if err := t.check(); err != nil {
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
	if s.Update, err = a.dense("update", h.Update, int64(n), int64(h.Paths)); err != nil {
		return nil, err
	}
	if a.next != a.size {
		return nil, fmt.Errorf("%d bytes behind the arrays", a.size-a.next)
	}
	p, err := pathwise.Restore(s)
	if err != nil {
		return nil, err
	}
	return &PathSet{h.Inputs, h.Target, h.Standardize, p}, nil
}

func (h *pathsHeader) prior(d int) (gp.Prior, error) {
	k, err := h.Kernel.kernel(d)
	if err != nil {
		return gp.Prior{}, err
	}
	m, err := h.Mean.mean(d)
	return gp.Prior{Kernel: k, Mean: m, Jitter: h.Jitter}, err
}

func (h *pathsHeader) key() (rng.Key, error) {
	var b [32]byte
	if hex.DecodedLen(len(h.Key)) != len(b) {
		return rng.Key{}, fmt.Errorf("key: %d digits, want %d", len(h.Key), hex.EncodedLen(len(b)))
	}
	if _, err := hex.Decode(b[:], []byte(h.Key)); err != nil {
		return rng.Key{}, fmt.Errorf("key: %w", err)
	}
	return rng.FromBytes(b), nil
}

func (h *pathsHeader) noise(a *arrayReader, n int) (gp.NoiseVariance, error) {
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
func (h *pathsHeader) bases(a *arrayReader, d int) ([]basis.Stack, error) {
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
