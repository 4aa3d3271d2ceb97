package basis_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/kernel/basis/basistest"
	"matheron/rng"
)

// all returns one of each type, and of each nesting, for three inputs.
func all(t testing.TB) map[string]basis.Basis {
	draw := func(o basis.Options, d int) basis.Basis {
		l := []float64{0.7, 1.3, 2}[:d]
		b, err := basis.DrawFourier([]basis.Spectrum{basis.Gaussian(l)}, d, 1.7, o, rng.New(5))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	harmonics := basis.NewHarmonics(mat.NewDense(4, 3, []float64{1, 0, 2, 0, 0, 0, 0, -1, 0.5, 3, 3, 0}), []float64{0.5, 0.25, 0, 1})
	var coef []float64
	exponents := basis.Exponents(3, 3)
	for _, e := range exponents {
		coef = append(coef, math.Sqrt(basis.Multinomial(3, e)))
	}
	cubic := basis.NewMonomials(exponents, coef)
	constant := basis.NewMonomials([][]int{{0, 0, 0}}, []float64{1.5})
	rectified := func(order, count int) basis.Basis {
		b, err := basis.DrawRectified([]float64{0.7, 1.3, 2}, 0.5, 1.7, order, basis.Options{Count: count}, rng.New(6))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	return map[string]basis.Basis{
		"Rectified 1":      rectified(1, 100),
		"Rectified 2":      rectified(2, 31),
		"Paired":           basis.NewPaired(draw(basis.Options{Count: 100}, 3), rectified(1, 50)),
		"Fourier SinCos":   draw(basis.Options{Count: 100}, 3),
		"Fourier CosPhase": draw(basis.Options{Count: 101, Form: basis.CosPhase}, 3),
		"Harmonics":        harmonics,
		"Monomials":        cubic,
		"constant":         constant,
		"Kronecker":        basis.Kronecker{A: draw(basis.Options{Count: 20}, 3), B: cubic},
		"Stack":            basis.Stack{harmonics, draw(basis.Options{Count: 20}, 3), basis.Stack{}, constant},
		"Scaled":           basis.Scaled{Basis: cubic, Factor: -0.3},
		"Active":           basis.Active{Basis: draw(basis.Options{Count: 20}, 2), Columns: []int{2, 0}},
		"nested": basis.Scaled{Factor: 2, Basis: basis.Kronecker{
			A: basis.Active{Basis: draw(basis.Options{Count: 20}, 1), Columns: []int{1}},
			B: basis.Stack{constant, basis.Active{Basis: basis.NewMonomials([][]int{{2}}, []float64{1}), Columns: []int{0}}},
		}},
	}
}

func TestConformance(t *testing.T) {
	for name, b := range all(t) {
		t.Run(name, func(t *testing.T) { basistest.Test(t, b, 3) })
	}
}

// TestRebuild makes each basis again of its description: same bits.
func TestRebuild(t *testing.T) {
	x := normal(20, 3, "x")
	bases := all(t)
	for order := range 3 {
		b, err := basis.DrawRectified([]float64{0.7, 1.3, 2}, 0.5, 1.7, order, basis.Options{Count: 9}, rng.New(7))
		if err != nil {
			t.Fatal(err)
		}
		bases[fmt.Sprint("Rectified of order ", order)] = b
	}
	for name, b := range bases {
		d, err := basis.Describe(b)
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Scalars) != len(d.Kind.Scalars) || len(d.Arrays) != len(d.Kind.Arrays) || basis.KindOf(d.Kind.Name) != d.Kind {
			t.Errorf("%s: %d scalars and %d arrays of %+v", name, len(d.Scalars), len(d.Arrays), d.Kind)
		}
		c, err := d.Make()
		if err != nil {
			t.Fatal(err)
		}
		if !mat.Equal(eval(b, x), eval(c, x)) {
			t.Errorf("%s: features differ after a rebuild", name)
		}
	}
	if _, err := basis.Describe(struct{ basis.Basis }{bases["Stack"]}); err == nil {
		t.Error("an unknown type has a description")
	}
}

// TestAccessorsCopy changes what accessors return and what constructors took.
func TestAccessorsCopy(t *testing.T) {
	omega := mat.NewDense(2, 1, []float64{1, 2})
	phase, weight, coef := []float64{0.1, 0.2}, []float64{1, 2}, []float64{1, 2}
	exponents := [][]int{{1}, {2}}
	f := basis.NewFourier(omega, 1, basis.CosPhase, phase)
	h := basis.NewHarmonics(omega, weight)
	m := basis.NewMonomials(exponents, coef)
	x := normal(3, 1, "x")
	var before []*mat.Dense
	for _, b := range []basis.Basis{f, h, m} {
		before = append(before, eval(b, x))
	}
	for _, a := range []*mat.Dense{omega, f.Omega(), h.Omega()} {
		a.Set(0, 0, 99)
	}
	for _, a := range [][]float64{phase, weight, coef, f.Phase(), h.Weight(), m.Coef()} {
		a[0] = 99
	}
	exponents[0][0], m.Exponents()[1][0] = 7, 7
	for i, b := range []basis.Basis{f, h, m} {
		if !mat.Equal(eval(b, x), before[i]) {
			t.Errorf("%T changed", b)
		}
	}
}

func eval(b basis.Basis, x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	phi := mat.NewDense(n, b.Len(), nil)
	b.Eval(phi, x)
	return phi
}

// inner returns phi(x) phi(y)ᵀ.
func inner(b basis.Basis, x, y *mat.Dense) *mat.Dense {
	var k mat.Dense
	k.Mul(eval(b, x), eval(b, y).T())
	return &k
}

func normal(n, d int, name string) *mat.Dense {
	r := rng.New(1).Named(name).Rand()
	a := mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d {
			a.Set(i, j, r.NormFloat64())
		}
	}
	return a
}
