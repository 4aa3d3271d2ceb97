package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Scaling is the standardisation of a [Set] by its own rows, as plain numbers: a
// mean and a standard deviation for each input and for the target. Methods take
// a model's inputs to standardised units, and what the model says back to the
// units of the data. They set dst, which may be the argument and is allocated
// when nil, and return it; they panic if shapes do not match.
//
// In JSON it is {"inputs":{NAME:[mean,sd], ...},"target":[mean,sd]}, the inputs
// in their order, which reading keeps.
type Scaling struct {
	Names  []string // of the inputs
	Inputs []Affine
	Target Affine
}

// Standardization returns the scaling that gives each column of s mean 0 and
// standard deviation 1, as [Standardize] does. It panics if s has no rows.
func Standardization(s *Set) Scaling {
	n, d := s.X.Dims()
	if n != len(s.Y) || d != len(s.Inputs) {
		panic(fmt.Sprintf("data: a set of %d inputs and %d targets with a %d x %d matrix", len(s.Inputs), len(s.Y), n, d))
	}
	c := Scaling{Names: slices.Clone(s.Inputs), Inputs: make([]Affine, d), Target: Standardize(s.Y)}
	for j := range d {
		c.Inputs[j] = standardize(n, func(i int) float64 { return s.X.At(i, j) })
	}
	return c
}

// Apply returns the set in standardised units.
func (c Scaling) Apply(s *Set) *Set {
	return &Set{
		Inputs: slices.Clone(s.Inputs), Target: s.Target,
		X: c.ApplyInputs(nil, s.X), Y: c.ApplyTarget(nil, s.Y),
	}
}

// ApplyInputs sets dst[i][d] = (x[i][d] - mean_d)/sd_d.
func (c Scaling) ApplyInputs(dst, x *mat.Dense) *mat.Dense {
	return c.inputs(dst, x, Affine.Apply)
}

// InverseInputs sets dst[i][d] = z[i][d] sd_d + mean_d.
func (c Scaling) InverseInputs(dst, z *mat.Dense) *mat.Dense {
	return c.inputs(dst, z, Affine.Inverse)
}

func (c Scaling) inputs(dst, x *mat.Dense, f func(Affine, float64) float64) *mat.Dense {
	n := c.rows(x)
	dst = into(dst, n, len(c.Inputs))
	for i := range n {
		out, in := dst.RawRowView(i), x.RawRowView(i)
		for j, a := range c.Inputs {
			out[j] = f(a, in[j])
		}
	}
	return dst
}

// ApplyTarget sets dst[i] = (y[i] - mean)/sd.
func (c Scaling) ApplyTarget(dst, y []float64) []float64 {
	return each(dst, y, c.Target.Apply)
}

// InverseMean sets dst[i] = m[i] sd + mean: means, quantiles or values of the
// target in the units of the data.
func (c Scaling) InverseMean(dst, m []float64) []float64 {
	return each(dst, m, c.Target.Inverse)
}

// InverseSD sets dst[i] = s[i] sd.
func (c Scaling) InverseSD(dst, s []float64) []float64 {
	return each(dst, s, func(s float64) float64 { return s * c.Target.Scale })
}

// InverseVariance sets dst[i] = v[i] sd^2: variances, noise or jitter.
func (c Scaling) InverseVariance(dst, v []float64) []float64 {
	return each(dst, v, func(v float64) float64 { return v * c.Target.Scale * c.Target.Scale })
}

// InverseDraws sets dst[s][i] = f[s][i] sd + mean, for draws of any shape.
func (c Scaling) InverseDraws(dst, f *mat.Dense) *mat.Dense {
	n, d := f.Dims()
	dst = into(dst, n, d)
	for i := range n {
		each(dst.RawRowView(i), f.RawRowView(i), c.Target.Inverse)
	}
	return dst
}

// InverseGrad takes gradients of the target by the inputs (rows of D) to the
// units of the data: dst[i][d] = g[i][d] sd_target/sd_d.
func (c Scaling) InverseGrad(dst, g *mat.Dense) *mat.Dense {
	n := c.rows(g)
	dst = into(dst, n, len(c.Inputs))
	for i := range n {
		out, in := dst.RawRowView(i), g.RawRowView(i)
		for j, a := range c.Inputs {
			out[j] = in[j] * (c.Target.Scale / a.Scale)
		}
	}
	return dst
}

// InverseLogDensity takes the log density of n standardised targets, such as a
// log evidence, to that of the data: l - n log sd.
func (c Scaling) InverseLogDensity(l float64, n int) float64 {
	return l - float64(n)*math.Log(math.Abs(c.Target.Scale))
}

func (c Scaling) rows(x *mat.Dense) int {
	n, d := x.Dims()
	if d != len(c.Inputs) {
		panic(fmt.Sprintf("data: scaling of %d inputs and a %d x %d matrix", len(c.Inputs), n, d))
	}
	return n
}

func each(dst, x []float64, f func(float64) float64) []float64 {
	if dst == nil {
		dst = make([]float64, len(x))
	}
	if len(dst) != len(x) {
		panic(fmt.Sprintf("data: destination has length %d, want %d", len(dst), len(x)))
	}
	for i, v := range x {
		dst[i] = f(v)
	}
	return dst
}

// MarshalJSON returns {"inputs":{NAME:[mean,sd], ...},"target":[mean,sd]}.
func (c Scaling) MarshalJSON() ([]byte, error) {
	if len(c.Names) != len(c.Inputs) {
		return nil, fmt.Errorf("scaling of %d inputs with %d names", len(c.Inputs), len(c.Names))
	}
	b := []byte(`{"inputs":{`)
	for j, name := range c.Names {
		if j > 0 {
			b = append(b, ',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		pair, err := json.Marshal(c.Inputs[j])
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, key...), ':'), pair...)
	}
	target, err := json.Marshal(c.Target)
	if err != nil {
		return nil, err
	}
	b = append(append(b, `},"target":`...), target...)
	return append(b, '}'), nil
}

// UnmarshalJSON reads what MarshalJSON writes. A standard deviation that is not
// positive is an error.
func (c *Scaling) UnmarshalJSON(text []byte) error {
	var parts struct {
		Inputs json.RawMessage
		Target *Affine
	}
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	if parts.Target == nil || parts.Inputs == nil {
		return errors.New(`a standardisation must have "inputs" and "target"`)
	}
	// By tokens, since a map would lose the order.
	read := Scaling{Target: *parts.Target}
	in := json.NewDecoder(bytes.NewReader(parts.Inputs))
	if open, err := in.Token(); err != nil || open != json.Delim('{') {
		return errors.New(`the "inputs" of a standardisation must be an object`)
	}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return err
		}
		var a Affine
		if err := in.Decode(&a); err != nil {
			return err
		}
		if slices.Contains(read.Names, name.(string)) {
			return fmt.Errorf("input %s is standardised twice", quote(name.(string)))
		}
		read.Names = append(read.Names, name.(string))
		read.Inputs = append(read.Inputs, a)
	}
	for j, a := range append(slices.Clone(read.Inputs), read.Target) {
		if a.Scale < 0 {
			what := "the target"
			if j < len(read.Names) {
				what = "input " + quote(read.Names[j])
			}
			return fmt.Errorf("the standard deviation of %s is %v, which is negative", what, a.Scale)
		}
	}
	*c = read
	return nil
}
