package store

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
)

// Draws are draws of the parameters of a model.
type Draws struct {
	// Names are the parameters that were drawn: free ones of the kernel and of the
	// mean by their full names, and gp.NoiseName. The others keep their numbers.
	Names []string
	// Values has a draw a row and a column a name, chain after chain.
	Values *mat.Dense
	// Chains are the numbers of draws of the chains, each at least 1.
	Chains []int
	// Warmup is the number of iterations of each chain before its draws, and Divergences
	// the number of draws that diverged: for people.
	Warmup, Divergences int
}

// Len returns the number of draws.
func (d *Draws) Len() int {
	n, _ := d.Values.Dims()
	return n
}

// At returns a prior and a noise with the numbers of draw i in the place of their own.
// It panics if i is out of range.
func (d *Draws) At(i int, prior gp.Prior, noise gp.NoiseVariance) (gp.Prior, gp.NoiseVariance) {
	if i < 0 || i >= d.Len() {
		panic(fmt.Sprintf("store: draw %d of %d", i, d.Len()))
	}
	params, column, err := d.parameters(prior, noise)
	if err != nil {
		panic("store: " + err.Error())
	}
	return params.At(d.theta(i, column))
}

// theta returns the parameters of draw i, from their columns.
func (d *Draws) theta(i int, column []int) []float64 {
	out := make([]float64, len(column))
	for j, c := range column {
		out[j] = d.Values.At(i, c)
	}
	return out
}

// parameters returns those of a prior and a noise, all fixed but those that were drawn,
// and the column of each of these.
func (d *Draws) parameters(prior gp.Prior, noise gp.NoiseVariance) (params *gp.Parameters, column []int, err error) {
	var fixed []string
	all := append(kernel.Params(prior.Kernel), gp.MeanParams(prior.Mean)...)
	if !noise.PerRow() {
		all = append(all, kernel.Param{Name: gp.NoiseName})
	}
	for _, p := range all {
		if !slices.Contains(d.Names, p.Name) {
			fixed = append(fixed, p.Name)
		} else if p.Name == gp.NoiseName {
			noise = gp.Noise(1) // its own number does not count
		}
	}
	params, err = gp.NewParameters(prior, noise, gp.ParameterOptions{Fixed: fixed, Redundant: true})
	if err != nil {
		return nil, nil, err
	}
	column, err = params.Match(d.Names...)
	return params, column, err
}

// check returns an error unless the draws are numbers that a model of so many rows can
// have.
func (d *Draws) check(m *Model, rows int) error {
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
	params, column, err := d.parameters(m.Prior, m.Noise)
	if err != nil {
		return err
	}
	for i := range n {
		if j := notFinite(d.Values.RawRowView(i)); j >= 0 {
			return fmt.Errorf("draw %d: %s is %v", i, d.Names[j], d.Values.At(i, j))
		}
		prior, noise := params.At(d.theta(i, column))
		err := kernel.CheckParams(prior.Kernel)
		if err == nil {
			err = noiseNumbers(noise).check("noise variance", rows, false)
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

// drawsNode is the value of "draws" in the body of a model.
type drawsNode struct {
	Parameters  []string    `json:"parameters"`
	Chains      []int       `json:"chains"`
	Warmup      int         `json:"warmup"`
	Divergences int         `json:"divergences"`
	Values      [][]float64 `json:"values"`
}

func (d *Draws) write(out *bodyWriter) {
	out.field("parameters", d.Names)
	out.field("chains", d.Chains)
	out.field("warmup", d.Warmup)
	out.field("divergences", d.Divergences)
	out.matrix("values", rowsOf(d.Values))
}

func unmarshalDraws(text []byte) (*Draws, error) {
	var n drawsNode
	if err := decode(text, &n); err != nil {
		return nil, fmt.Errorf("draws: %w", err)
	}
	values, err := matrixOf("draws.values", n.Values, len(n.Parameters))
	return &Draws{n.Parameters, values, n.Chains, n.Warmup, n.Divergences}, err
}
