package store

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
)

// table is the data that a model or paths were conditioned on, as it is checked.
type table struct {
	inputs  []string
	target  string
	scaling *data.Scaling
	x       *mat.Dense
	y       []float64
	noise   gp.NoiseVariance
	jitter  float64
}

// check returns an error unless the parts fit each other, all numbers are finite, and
// variances are not negative.
func (t table) check() error {
	if t.x == nil {
		return fmt.Errorf("no rows")
	}
	n, _ := t.x.Dims()
	if len(t.y) != n {
		return fmt.Errorf("%d targets for %d rows", len(t.y), n)
	}
	if i := notFinite(t.y); i >= 0 {
		return fmt.Errorf("row %d: the target is %v", i+1, t.y[i])
	}
	if err := noiseNumbers(t.noise).check("noise variance", n, false); err != nil {
		return err
	}
	return t.checkInputs()
}

// checkInputs is check without targets and their noise.
func (t table) checkInputs() error {
	if t.x == nil {
		return fmt.Errorf("no rows")
	}
	n, d := t.x.Dims()
	if n == 0 || d == 0 {
		return fmt.Errorf("no rows")
	}
	for i := range n {
		if j := notFinite(t.x.RawRowView(i)); j >= 0 {
			return fmt.Errorf("row %d, column %d: the input is %v", i+1, j+1, t.x.At(i, j))
		}
	}
	if err := one(t.jitter).check("jitter", 1, false); err != nil {
		return err
	}
	return checkNames(t.inputs, t.target, t.scaling, d)
}

// checkNames returns an error unless there is a name for each of d inputs, all
// different, and a scaling, if there is one, is of those inputs.
func checkNames(inputs []string, target string, s *data.Scaling, d int) error {
	if len(inputs) != d {
		return fmt.Errorf("%d names for %d inputs", len(inputs), d)
	}
	for i, name := range append(slices.Clone(inputs), target) {
		if !utf8.ValidString(name) {
			return fmt.Errorf("the name %q is not UTF-8", name)
		}
		if i < d && slices.Contains(inputs[:i], name) {
			return fmt.Errorf("two inputs are called %q", name)
		}
	}
	if s == nil {
		return nil
	}
	if !slices.Equal(s.Names, inputs) || len(s.Inputs) != d {
		return fmt.Errorf("a standardisation of the inputs %q, where the inputs are %q", s.Names, inputs)
	}
	for i, a := range append(slices.Clone(s.Inputs), s.Target) {
		if !finite(a.Shift) || !finite(a.Scale) || !(a.Scale > 0) {
			name := target
			if i < d {
				name = inputs[i]
			}
			return fmt.Errorf("the standardisation of %q is [%v, %v]: its standard deviation must be greater than 0", name, a.Shift, a.Scale)
		}
	}
	return nil
}
