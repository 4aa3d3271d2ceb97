package basis

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// Fourier is a set of random Fourier features (Rahimi and Recht 2007) with
// angular frequencies omega_1 ... omega_m. In the SinCos form F = 2m and
//
//	phi(x) = sqrt(v/m) [sin(omega_1.x) ... sin(omega_m.x), cos(omega_1.x) ... cos(omega_m.x)]
//
// whose inner product is v at lag zero, whatever m. In the CosPhase form F = m
// and phi_j(x) = sqrt(2v/F) cos(omega_j.x + b_j).
//
// With k of unit variance and equal F, the variance of phi(x).phi(x+r) is
// (1 + k(2r) - 2k(r)^2)/F for SinCos and (1 + k(2r)/2 - k(r)^2)/F for CosPhase
// (Sutherland and Schneider 2015).
type Fourier struct {
	omega    *mat.Dense // m x D
	packed   []float64  // the transpose of omega, D x m
	phase    []float64
	variance float64
	form     Form
}

var _ Basis = (*Fourier)(nil)

// NewFourier returns the features of the rows of omega, m x D in radians a unit
// of x. phase has a number for each row if form is CosPhase and is nil if it is
// SinCos. It panics on other shapes, a negative variance, or numbers that are
// not finite. The arguments are copied.
func NewFourier(omega *mat.Dense, variance float64, form Form, phase []float64) *Fourier {
	m, _ := omega.Dims()
	if m == 0 {
		panic("basis: NewFourier: no frequencies")
	}
	if !(variance >= 0) || math.IsInf(variance, 1) {
		panic(fmt.Sprintf("basis: NewFourier: variance %v", variance))
	}
	switch form {
	case SinCos:
		if len(phase) != 0 {
			panic("basis: NewFourier: phases given for SinCos")
		}
	case CosPhase:
		if len(phase) != m {
			panic(fmt.Sprintf("basis: NewFourier: %d phases for %d frequencies", len(phase), m))
		}
	default:
		panic(fmt.Sprintf("basis: NewFourier: unknown form %d", form))
	}
	mustBeFinite("NewFourier", omega)
	return &Fourier{
		omega:    mat.DenseCopyOf(omega),
		packed:   transpose(omega),
		phase:    slices.Clone(phase),
		variance: variance,
		form:     form,
	}
}

// DrawFourier draws o.Features random features of variance v for inputs of d
// columns, of the product of the stationary kernels whose spectral measures
// are s: frequencies by [Draw], phases from another split of the key. In the
// SinCos form an odd count is rounded up to whole pairs.
func DrawFourier(s []Spectrum, d int, v float64, o Options, key rng.Key) (*Fourier, error) {
	m := o.Features()
	if o.Form == SinCos {
		m = m/2 + m%2
	}
	omega, err := Draw(s, d, m, o.Frequencies, key.Named("frequency"))
	if err != nil {
		return nil, err
	}
	var phase []float64
	if o.Form == CosPhase {
		phase = DrawPhases(m, key.Named("phase"))
	}
	return NewFourier(omega, v, o.Form, phase), nil
}

// DrawPhases draws m phases uniform over (0, 2 pi). The first m of more are the same.
func DrawPhases(m int, key rng.Key) []float64 {
	r := key.Rand()
	b := make([]float64, m)
	for j := range b {
		b[j] = 2 * math.Pi * openUniform(r)
	}
	return b
}

// Omega returns a copy of the m x D frequencies.
func (b *Fourier) Omega() *mat.Dense { return mat.DenseCopyOf(b.omega) }

// Variance returns the variance v of the prior.
func (b *Fourier) Variance() float64 { return b.variance }

// Form returns the shape of the features.
func (b *Fourier) Form() Form { return b.form }

// Phase returns a copy of the phases, nil for SinCos.
func (b *Fourier) Phase() []float64 { return slices.Clone(b.phase) }

// Len returns 2m for SinCos and m for CosPhase.
func (b *Fourier) Len() int {
	m, _ := b.omega.Dims()
	if b.form == SinCos {
		return 2 * m
	}
	return m
}

// scale is the amplitude of one feature.
func (b *Fourier) scale() float64 {
	m, _ := b.omega.Dims()
	if b.form == SinCos {
		return math.Sqrt(b.variance / float64(m))
	}
	return math.Sqrt(2 * b.variance / float64(m))
}

// waves are the sines and cosines that the features are made of.
func (b *Fourier) waves() waves {
	m, _ := b.omega.Dims()
	return waves{b.packed, m}
}

// Eval sets dst to the features of the rows of x.
func (b *Fourier) Eval(dst, x *mat.Dense) {
	m, d := b.omega.Dims()
	checkEval("Fourier", dst, x, b.Len(), d)
	n, _ := x.Dims()
	w, scale := b.waves(), b.scale()
	if b.form == SinCos {
		for i := range n {
			row := dst.RawRowView(i)
			w.from(0).Eval(row[:m], row[m:], x.RawRowView(i), scale)
		}
		return
	}
	s := shift{by: b.phase}
	for i := range n {
		row, xi := dst.RawRowView(i), x.RawRowView(i)
		for lo := 0; lo < m; lo += mostPart {
			_, cos := s.sinCos(w, xi, lo, min(lo+mostPart, m))
			for j, v := range cos {
				row[lo+j] = scale * v
			}
		}
	}
}

// InputGrad adds h Omega to each row of dst, where h = w_sin cos - w_cos sin in
// the SinCos form and h = -w sin in the other.
func (b *Fourier) InputGrad(dst, w, x *mat.Dense) {
	m, d := b.omega.Dims()
	checkInputGrad("Fourier", dst, w, x, b.Len(), d)
	f := b.waves()
	if b.form == SinCos {
		f.pull(dst, b.scale(), func(h []float64, i, lo, hi int) {
			wi := weightRow(w, i)
			f.from(lo).Slopes(h, wi[lo:hi], wi[m+lo:m+hi], x.RawRowView(i))
		})
		return
	}
	s := shift{by: b.phase}
	f.pull(dst, -b.scale(), func(h []float64, i, lo, hi int) {
		wi := weightRow(w, i)
		sin, _ := s.sinCos(f, x.RawRowView(i), lo, hi)
		for j, v := range wi[lo:hi] {
			h[j] = v * sin[j]
		}
	})
}

// mustBeFinite panics if a frequency is NaN or infinite.
func mustBeFinite(name string, omega *mat.Dense) {
	m, _ := omega.Dims()
	for j := range m {
		for d, v := range omega.RawRowView(j) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				panic(fmt.Sprintf("basis: %s: frequency %d is %v in dimension %d", name, j, v, d))
			}
		}
	}
}

// The names of forms in files.
const (
	sinCosName   = "sincos"
	cosPhaseName = "cosphase"
)

var fourierKind = kindOf(Kind{
	Name:    "Fourier",
	Forms:   []string{sinCosName, cosPhaseName},
	Scalars: []string{"variance"},
	Arrays:  []ArrayKind{{Name: "omega", About: "frequencies"}, {Name: "phase", About: "phases", Column: true, Form: cosPhaseName}},
	make: func(d Description) (Basis, error) {
		v := d.Scalars[0]
		if !(v >= 0) || math.IsInf(v, 1) {
			return nil, fmt.Errorf("no variance, or a negative one")
		}
		if d.Form == sinCosName {
			return NewFourier(d.Arrays[0].Data(), v, SinCos, nil), nil
		}
		return NewFourier(d.Arrays[0].Data(), v, CosPhase, d.Arrays[1].column()), nil
	},
}, func(b *Fourier) Description {
	m, _ := b.omega.Dims()
	d := Description{Form: sinCosName, Scalars: []float64{b.variance}, Arrays: []Array{matrix(m, b.Omega), {}}}
	if b.form == CosPhase {
		d.Form, d.Arrays[1] = cosPhaseName, vector(b.Phase())
	}
	return d
})
