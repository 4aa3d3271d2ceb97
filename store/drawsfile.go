package store

import (
	"encoding/hex"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/infer"
	"matheron/rng"
)

// A file of draws is a container with a drawsHeader.
const (
	drawsMagic   = "\x89matheron draws\n"
	drawsVersion = 1 // the greatest that is read
)

// drawsHeader is the header of a file of draws.
type drawsHeader struct {
	Names  []string     `json:"names"`
	Dim    int          `json:"dim"`
	Key    string       `json:"key"`
	Chains []*chainNode `json:"chains"`
}

// chainNode is a chain: its arrays are null where it has no draws.
type chainNode struct {
	Draws     int         `json:"draws"`
	First     int         `json:"first"`
	Warmup    warmupNode  `json:"warmup"`
	StepSize  float64     `json:"step_size"`
	Metric    *metricNode `json:"metric"`
	Start     *arrayRef   `json:"start"`
	Values    *arrayRef   `json:"values"`
	X         *arrayRef   `json:"x"`
	LogProb   *arrayRef   `json:"log_prob"`
	Energy    *arrayRef   `json:"energy"`
	Accept    *arrayRef   `json:"accept"`
	Depth     *arrayRef   `json:"depth"`
	Leapfrogs *arrayRef   `json:"leapfrogs"`
	Divergent *arrayRef   `json:"divergent"`
}

type warmupNode struct {
	Iterations  int `json:"iterations"`
	Leapfrogs   int `json:"leapfrogs"`
	Divergences int `json:"divergences"`
}

// metricNode is a metric: its type, and the inverse of the mass matrix.
type metricNode struct {
	Type    string    `json:"type"`
	Inverse *arrayRef `json:"inverse"` // null of a unit metric
}

const (
	metricUnit     = "unit"
	metricDiagonal = "diagonal"
	metricDense    = "dense"
)

// layoutDraws returns the file of draws.
func layoutDraws(d *DrawSet) (*container, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	f := &container{kind: drawsKind(), version: 1}
	key := d.Key.Bytes()
	h := drawsHeader{Names: d.Names, Dim: d.Draws.Dim, Key: hex.EncodeToString(key[:])}
	row := 0
	for i := range d.Draws.Chains {
		c := &d.Draws.Chains[i]
		n, err := layoutChain(c, &f.arrays)
		if err != nil {
			return nil, fmt.Errorf("chain %d: %w", i, err)
		}
		if c.Len() > 0 {
			values := d.Values.Slice(row, row+c.Len(), 0, len(d.Names)).(*mat.Dense)
			n.Values = f.arrays.dense("values", c.Len(), len(d.Names), func() *mat.Dense { return values })
			layoutSteps(n, c, &f.arrays)
		}
		row += c.Len()
		h.Chains = append(h.Chains, n)
	}
	return f, f.describe(h)
}

// layoutChain describes a chain, without its draws.
func layoutChain(c *infer.Chain, a *arrays) (*chainNode, error) {
	n := &chainNode{
		Draws: c.Len(), First: c.First, StepSize: c.Tuning.StepSize,
		Warmup: warmupNode{c.WarmupIterations, c.WarmupLeapfrogs, c.WarmupDivergences},
	}
	switch m := c.Tuning.Metric.(type) {
	case nil:
	case infer.UnitMetric:
		n.Metric = &metricNode{Type: metricUnit}
	case infer.DiagMetric:
		n.Metric = &metricNode{metricDiagonal, a.column("variances of the metric", m.Variance)}
	case *infer.DenseMetric:
		s := mat.DenseCopyOf(m.Covariance())
		n.Metric = &metricNode{metricDense, a.dense("covariance of the metric", c.Dim, c.Dim, func() *mat.Dense { return s })}
	default:
		return nil, fmt.Errorf("no form for a metric of type %T", m)
	}
	if c.Start != nil {
		n.Start = a.column("start", c.Start)
	}
	return n, nil
}

// layoutSteps describes the draws of a chain.
func layoutSteps(n *chainNode, c *infer.Chain, a *arrays) {
	n.X = a.dense("coordinates", c.Len(), c.Dim, func() *mat.Dense { return mat.NewDense(c.Len(), c.Dim, c.X) })
	n.LogProb = a.column("log densities", c.LogProb)
	n.Energy = a.column("energies", c.Energy)
	n.Accept = a.column("acceptance probabilities", c.Accept)
	count := func(what string, of func(i int) float64) *arrayRef {
		v := make([]float64, c.Len())
		for i := range v {
			v[i] = of(i)
		}
		return a.column(what, v)
	}
	n.Depth = count("depths", func(i int) float64 { return float64(c.Depth[i]) })
	n.Leapfrogs = count("leapfrog steps", func(i int) float64 { return float64(c.Leapfrogs[i]) })
	n.Divergent = count("divergences", func(i int) float64 {
		if c.Divergent[i] {
			return 1
		}
		return 0
	})
}

// readDraws reads draws from a file whose checksum it verifies first.
func readDraws(src source) (*DrawSet, error) {
	_, text, a, err := openContainer(src, drawsKind(), drawsVersion)
	if err != nil {
		return nil, err
	}
	var h drawsHeader
	if err := decode(text, &h); err != nil {
		return nil, invalid("header: %s", err)
	}
	d, err := h.restore(a)
	if err != nil {
		return nil, invalid("%s", err)
	}
	return d, nil
}

// restore reads the arrays and makes the draws.
func (h *drawsHeader) restore(a *arrayReader) (*DrawSet, error) {
	if h.Dim < 1 || len(h.Names) == 0 {
		return nil, fmt.Errorf("%d dimensions, %d names", h.Dim, len(h.Names))
	}
	key, err := decodeKey(h.Key)
	if err != nil {
		return nil, err
	}
	d := &DrawSet{Names: h.Names, Draws: &infer.Draws{Dim: h.Dim, Names: h.Names}, Key: key}
	var values []float64
	for i, n := range h.Chains {
		if n == nil {
			return nil, fmt.Errorf("chain %d: nothing there", i)
		}
		c, v, err := n.chain(h.Dim, len(h.Names), a)
		if err != nil {
			return nil, fmt.Errorf("chain %d: %w", i, err)
		}
		c.Values = v
		d.Draws.Chains = append(d.Draws.Chains, c)
		values = append(values, v...)
	}
	if a.next != a.size {
		return nil, fmt.Errorf("%d bytes behind the arrays", a.size-a.next)
	}
	if len(values) > 0 {
		d.Values = mat.NewDense(len(values)/len(h.Names), len(h.Names), values)
	}
	return d, d.check()
}

// chain reads a chain and the values of its draws.
func (n *chainNode) chain(dim, names int, a *arrayReader) (c infer.Chain, values []float64, err error) {
	c = infer.Chain{Dim: dim, First: n.First, WarmupIterations: n.Warmup.Iterations, WarmupLeapfrogs: n.Warmup.Leapfrogs, WarmupDivergences: n.Warmup.Divergences}
	c.Tuning.StepSize = n.StepSize
	if n.Metric != nil {
		if c.Tuning.Metric, err = n.Metric.metric(dim, a); err != nil {
			return c, nil, err
		}
	}
	if n.Start != nil {
		if c.Start, err = a.column("start", n.Start, int64(dim)); err != nil {
			return c, nil, err
		}
	}
	if n.Draws == 0 {
		for _, ref := range []*arrayRef{n.Values, n.X, n.LogProb, n.Energy, n.Accept, n.Depth, n.Leapfrogs, n.Divergent} {
			if ref != nil {
				return c, nil, fmt.Errorf("arrays of no draws")
			}
		}
		return c, nil, nil
	}
	rows := int64(n.Draws)
	if rows < 0 {
		return c, nil, fmt.Errorf("%d draws", rows)
	}
	if _, _, values, err = a.read("values", n.Values, rows, int64(names)); err != nil {
		return c, nil, err
	}
	if _, _, c.X, err = a.read("x", n.X, rows, int64(dim)); err != nil {
		return c, nil, err
	}
	counts := make([][]float64, 3)
	for _, f := range []struct {
		what string
		ref  *arrayRef
		dst  *[]float64
	}{
		{"log_prob", n.LogProb, &c.LogProb}, {"energy", n.Energy, &c.Energy}, {"accept", n.Accept, &c.Accept},
		{"depth", n.Depth, &counts[0]}, {"leapfrogs", n.Leapfrogs, &counts[1]}, {"divergent", n.Divergent, &counts[2]},
	} {
		if *f.dst, err = a.column(f.what, f.ref, rows); err != nil {
			return c, nil, err
		}
	}
	if c.Depth, err = whole("depth", counts[0], math.MaxInt32); err != nil {
		return c, nil, err
	}
	if c.Leapfrogs, err = whole("leapfrogs", counts[1], math.MaxInt32); err != nil {
		return c, nil, err
	}
	divergent, err := whole("divergent", counts[2], 1)
	for _, v := range divergent {
		c.Divergent = append(c.Divergent, v == 1)
	}
	return c, values, err
}

// whole returns numbers as integers; it returns an error unless they are, from 0 to most.
func whole(what string, v []float64, most float64) ([]int, error) {
	out := make([]int, len(v))
	for i, f := range v {
		if !(f >= 0 && f <= most) || f != math.Floor(f) {
			return nil, fmt.Errorf("%s %d is %v", what, i, f)
		}
		out[i] = int(f)
	}
	return out, nil
}

// metric reads a metric of dim dimensions.
func (n *metricNode) metric(dim int, a *arrayReader) (infer.Metric, error) {
	switch n.Type {
	case metricUnit:
		if n.Inverse != nil {
			return nil, fmt.Errorf("a unit metric with numbers")
		}
		return infer.UnitMetric(dim), nil
	case metricDiagonal:
		v, err := a.column("metric", n.Inverse, int64(dim))
		if err != nil {
			return nil, err
		}
		if err := several(v).check("metric", dim, true); err != nil {
			return nil, err
		}
		return infer.DiagMetric{Variance: v}, nil
	case metricDense:
		s, err := a.dense("metric", n.Inverse, int64(dim), int64(dim))
		if err != nil {
			return nil, err
		}
		cov := mat.NewSymDense(dim, nil)
		for i := range dim {
			for j := range i + 1 {
				if s.At(i, j) != s.At(j, i) {
					return nil, fmt.Errorf("a metric that is not symmetric")
				}
				cov.SetSym(i, j, s.At(i, j))
			}
		}
		return infer.NewDenseMetric(cov)
	}
	return nil, fmt.Errorf("unknown metric %q", n.Type)
}

// decodeKey reads 64 hexadecimal digits.
func decodeKey(text string) (rng.Key, error) {
	var b [32]byte
	if hex.DecodedLen(len(text)) != len(b) {
		return rng.Key{}, fmt.Errorf("key: %d digits, want %d", len(text), hex.EncodedLen(len(b)))
	}
	if _, err := hex.Decode(b[:], []byte(text)); err != nil {
		return rng.Key{}, fmt.Errorf("key: %w", err)
	}
	return rng.FromBytes(b), nil
}
