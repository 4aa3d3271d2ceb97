package basis

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Harmonics is the exact feature set of a stationary kernel whose spectrum is a
// finite list of frequencies,
//
//	k(r) = sum_j c_j cos(omega_j . r),
//
// such as the cosine kernel and a truncated periodic one. The features are
// sqrt(c_j) sin(omega_j.x) for every frequency that is not zero, in order, and
// then sqrt(c_j) cos(omega_j.x) for every frequency, in order: a frequency of
// zero has one constant feature.
type Harmonics struct {
	omega  *mat.Dense
	weight []float64
	packed []float64 // the transpose of omega
	root   []float64 // sqrt(weight)
	moving []int     // the frequencies that are not zero
}

var _ Basis = (*Harmonics)(nil)

// NewHarmonics returns the features of the frequencies in the rows of omega,
// m x D in radians a unit of x, with the variance weight[j] >= 0 each; the
// weights sum to the variance of the kernel. It panics if their number differs,
// on a negative weight, or on numbers that are not finite. The arguments are
// copied.
func NewHarmonics(omega *mat.Dense, weight []float64) *Harmonics {
	m, _ := omega.Dims()
	if m == 0 || len(weight) != m {
		panic(fmt.Sprintf("basis: NewHarmonics: %d weights for %d frequencies", len(weight), m))
	}
	mustBeFinite("NewHarmonics", omega)
	b := &Harmonics{
		omega:  mat.DenseCopyOf(omega),
		weight: slices.Clone(weight),
		packed: transpose(omega),
		root:   make([]float64, m),
	}
	for j, c := range weight {
		if !(c >= 0) || math.IsInf(c, 1) {
			panic(fmt.Sprintf("basis: NewHarmonics: weight %d is %v", j, c))
		}
		b.root[j] = math.Sqrt(c)
		if slices.ContainsFunc(b.omega.RawRowView(j), func(o float64) bool { return o != 0 }) {
			b.moving = append(b.moving, j)
		}
	}
	return b
}

// Omega returns a copy of the m x D frequencies.
func (b *Harmonics) Omega() *mat.Dense { return mat.DenseCopyOf(b.omega) }

// Weight returns a copy of the variances of the frequencies.
func (b *Harmonics) Weight() []float64 { return slices.Clone(b.weight) }

// Len returns 2m less the number of zero frequencies.
func (b *Harmonics) Len() int { return len(b.moving) + len(b.weight) }

// waves are the sines and cosines that the features are made of.
func (b *Harmonics) waves() waves { return waves{b.packed, len(b.weight)} }

// Eval sets dst to the features of the rows of x.
func (b *Harmonics) Eval(dst, x *mat.Dense) {
	m, d := b.omega.Dims()
	checkEval("Harmonics", dst, x, b.Len(), d)
	n, _ := x.Dims()
	w, s := b.waves(), make([]float64, m)
	for i := range n {
		row := dst.RawRowView(i)
		c := row[len(b.moving):]
		w.from(0).Eval(s, c, x.RawRowView(i), 1)
		for k, j := range b.moving {
			row[k] = b.root[j] * s[j]
		}
		for j, v := range b.root {
			c[j] *= v
		}
	}
}

// InputGrad adds h Omega to each row of dst, h_j = sqrt(c_j) (w_sin cos - w_cos sin).
func (b *Harmonics) InputGrad(dst, w, x *mat.Dense) {
	m, d := b.omega.Dims()
	checkInputGrad("Harmonics", dst, w, x, b.Len(), d)
	f, ws, of := b.waves(), make([]float64, m), -1
	f.pull(dst, 1, func(h []float64, i, lo, hi int) {
		wi := weightRow(w, i)
		if of != i {
			of = i
			for k, j := range b.moving {
				ws[j] = wi[k]
			}
		}
		f.from(lo).Slopes(h, ws[lo:hi], wi[len(b.moving)+lo:len(b.moving)+hi], x.RawRowView(i))
		for j, v := range b.root[lo:hi] {
			h[j] *= v
		}
	})
}

var harmonicsKind = kindOf(Kind{
	Name:   "Harmonics",
	Arrays: []ArrayKind{{Name: "omega", About: "frequencies"}, {Name: "weight", About: "weights of harmonics", Column: true}},
	make: func(d Description) (Basis, error) {
		weight := d.Arrays[1].column()
		for j, v := range weight {
			if v < 0 {
				return nil, fmt.Errorf("weight %d is %v", j, v)
			}
		}
		return NewHarmonics(d.Arrays[0].Data(), weight), nil
	},
}, func(b *Harmonics) Description {
	return Description{Arrays: []Array{matrix(len(b.weight), b.Omega), vector(b.Weight())}}
})
