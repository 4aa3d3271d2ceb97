package store

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
)

// Draws are draws of the parameters of a model: it is then the even mixture of
// the posteriors with the numbers of each.
type Draws struct {
	// Names are the parameters that were drawn: free ones of the kernel and of the
	// mean by their full names, and gp.NoiseName. The others keep their numbers.
	Names []string
	// Values has a draw a row and a column a name, chain after chain.
	Values *mat.Dense
	// Chains are the numbers of draws of the chains, each at least 1.
	Chains []int
	// Warmup is how many iterations of each chain were not kept, and Divergences
	// how many of the kept ones diverged: for people.
	Warmup, Divergences int
}

// Len returns the number of draws.
func (d *Draws) Len() int {
	n, _ := d.Values.Dims()
	return n
}

// At returns prior and noise of the model with the numbers of draw i; without
// draws, and with -1, they are its own. It panics if i is out of range.
func (m *Model) At(i int) (gp.Prior, gp.NoiseVariance) {
	prior, noise := m.Prior, m.Noise
	if m.Draws == nil || i == -1 {
		return prior, noise
	}
	if i < 0 || i >= m.Draws.Len() {
		panic(fmt.Sprintf("store: draw %d of %d", i, m.Draws.Len()))
	}
	value := map[string]float64{}
	for j, name := range m.Draws.Names {
		value[name] = m.Draws.Values.At(i, j)
	}
	numbers := func(params []kernel.Param) []float64 {
		out := make([]float64, len(params))
		for j, p := range params {
			out[j] = p.Value
			if v, ok := value[p.Name]; ok {
				out[j] = v
			}
		}
		return out
	}
	prior.Kernel = kernel.WithParams(prior.Kernel, numbers(kernel.Params(prior.Kernel)))
	if mean, ok := prior.Mean.(gp.ParametricMean); ok {
		prior.Mean = mean.WithParams(numbers(mean.Params()))
	}
	if v, ok := value[gp.NoiseName]; ok {
		noise = gp.Noise(v)
	}
	return prior, noise
}

// PosteriorAt is [Model.Posterior] with the numbers of draw i.
func (m *Model) PosteriorAt(i int) (*gp.Exact, error) {
	if m.Sparse != nil {
		return nil, errSparse
	}
	prior, noise := m.At(i)
	return prior.Condition(m.X, m.Y, noise)
}

// check returns an error unless the draws are numbers that the model can have.
func (d *Draws) check(m *Model) error {
	if d.Values == nil || d.Values.IsEmpty() {
		return fmt.Errorf("no draws")
	}
	n, columns := d.Values.Dims()
	if columns != len(d.Names) {
		return fmt.Errorf("draws of %d numbers of %d parameters", columns, len(d.Names))
	}
	if d.Warmup < 0 || d.Divergences < 0 {
		return fmt.Errorf("%d iterations of warmup, %d divergences", d.Warmup, d.Divergences)
	}
	left := n
	for _, c := range d.Chains {
		if c < 1 || c > left {
			return fmt.Errorf("chains of %v draws, where there are %d", d.Chains, n)
		}
		left -= c
	}
	if left != 0 {
		return fmt.Errorf("chains of %v draws, where there are %d", d.Chains, n)
	}
	if err := d.checkNames(m); err != nil {
		return err
	}
	for i := range n {
		if j := notFinite(d.Values.RawRowView(i)); j >= 0 {
			return fmt.Errorf("draw %d: %s is %v", i, d.Names[j], d.Values.At(i, j))
		}
		prior, noise := m.At(i)
		err := kernel.CheckParams(prior.Kernel)
		if err == nil {
			err = noiseNumbers(noise).check("noise variance", len(m.Y), false)
		}
		if err != nil {
			return fmt.Errorf("draw %d: %w", i, err)
		}
	}
	return nil
}

// checkNames returns an error unless each name is a parameter's, and of one draw.
func (d *Draws) checkNames(m *Model) error {
	free := map[string]bool{gp.NoiseName: !m.Noise.PerRow()}
	for _, p := range append(kernel.Params(m.Prior.Kernel), gp.MeanParams(m.Prior.Mean)...) {
		free[p.Name] = true
	}
	for _, name := range d.Names {
		if !free[name] {
			return fmt.Errorf("draws of %q, which is no free parameter or is there twice", name)
		}
		free[name] = false
	}
	return nil
}

// drawsNode is the value of "draws" in a file of a model.
type drawsNode struct {
	Parameters  []string    `json:"parameters"`
	Chains      []int       `json:"chains"`
	Warmup      int         `json:"warmup"`
	Divergences int         `json:"divergences"`
	Values      [][]float64 `json:"values"`
}

func describeDraws(d *Draws) *drawsNode {
	if d == nil {
		return nil
	}
	return &drawsNode{d.Names, d.Chains, d.Warmup, d.Divergences, rowsOf(d.Values)}
}

// draws returns the draws that n describes.
func (n *drawsNode) draws() (*Draws, error) {
	if n == nil {
		return nil, nil
	}
	values, err := matrixOf("draws", n.Values, len(n.Parameters))
	return &Draws{n.Parameters, values, n.Chains, n.Warmup, n.Divergences}, err
}

// rowsOf returns the rows of m, which share its storage.
func rowsOf(m *mat.Dense) [][]float64 {
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
