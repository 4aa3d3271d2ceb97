package basis

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/rng"
)

// Rectified is a set of random features that are the hidden units of a neural network of
// one layer,
//
//	phi_j(x) = sqrt(2 v/F) max(0, omega_j.x + b_j)^n,
//
// a step, 0 or 1, for n = 0. With omega and b normal their mean inner product is the
// arc-cosine kernel of order n (Cho and Saul 2009). At order 0 features have no slope.
type Rectified struct {
	omega    *mat.Dense // F x D
	packed   []float64  // the transpose of omega, D x F
	bias     []float64
	variance float64
	order    int
}

var (
	_ Basis  = (*Rectified)(nil)
	_ Sloper = (*Rectified)(nil)
)

// NewRectified returns the features of the rows of omega, F x D, with a bias each. It
// panics if their numbers differ, there is none, or the variance or the order are
// negative or not finite. The arguments are copied.
func NewRectified(omega *mat.Dense, bias []float64, variance float64, order int) *Rectified {
	f, _ := omega.Dims()
	if f == 0 || len(bias) != f {
		panic(fmt.Sprintf("basis: NewRectified: %d biases for %d features", len(bias), f))
	}
	if !(variance >= 0) || math.IsInf(variance, 1) || order < 0 {
		panic(fmt.Sprintf("basis: NewRectified: variance %v, order %d", variance, order))
	}
	mustBeFinite("NewRectified", omega)
	return &Rectified{mat.DenseCopyOf(omega), transpose(omega), slices.Clone(bias), variance, order}
}

// DrawRectified draws o.Features features of variance v for inputs with weights of
// these standard deviations and a bias of another one: they are normal, drawn as
// o.Frequencies says.
func DrawRectified(weights []float64, bias, v float64, order int, o Options, key rng.Key) (*Rectified, error) {
	d := len(weights)
	all, err := Draw([]Spectrum{Gaussian(ones(d + 1))}, d+1, o.Features(), o.Frequencies, key.Named("weight"))
	if err != nil {
		return nil, err
	}
	f, _ := all.Dims()
	omega, b := mat.NewDense(f, d, nil), make([]float64, f)
	for j := range f {
		row := all.RawRowView(j)
		for c, s := range weights {
			omega.Set(j, c, s*row[c])
		}
		b[j] = bias * row[d]
	}
	return NewRectified(omega, b, v, order), nil
}

func ones(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

// Len returns the number of features.
func (b *Rectified) Len() int { return len(b.bias) }

// scale is the amplitude of one feature.
func (b *Rectified) scale() float64 { return math.Sqrt(2 * b.variance / float64(b.Len())) }

// sums sets row to omega.x + b.
func (b *Rectified) sums(row, x []float64) {
	copy(row, b.bias)
	for c, v := range x {
		asm.AddScaled(row, v, b.packed[c*len(row):][:len(row)])
	}
}

// Eval sets dst to the features of the rows of x.
func (b *Rectified) Eval(dst, x *mat.Dense) {
	f, d := b.omega.Dims()
	checkEval("Rectified", dst, x, f, d)
	n, _ := x.Dims()
	scale := b.scale()
	for i := range n {
		row := dst.RawRowView(i)
		b.sums(row, x.RawRowView(i))
		for j, s := range row {
			row[j] = 0
			if s > 0 {
				row[j] = scale * integerPower(s, b.order)
			}
		}
	}
}

// slopes sets row to dphi_j/d(omega_j.x).
func (b *Rectified) slopes(row, x []float64) {
	b.sums(row, x)
	scale := b.scale() * float64(b.order)
	for j, s := range row {
		row[j] = 0
		if s > 0 && b.order > 0 {
			row[j] = scale * integerPower(s, b.order-1)
		}
	}
}

// InputGrad adds h Omega to each row of dst, h_j = w_j n sqrt(2v/F) max(0, s_j)^(n-1).
func (b *Rectified) InputGrad(dst, w, x *mat.Dense) {
	f, d := b.omega.Dims()
	checkInputGrad("Rectified", dst, w, x, f, d)
	n, _ := x.Dims()
	h := make([]float64, f)
	for i := range n {
		b.slopes(h, x.RawRowView(i))
		asm.Multiply(h, h, weightRow(w, i))
		out := dst.RawRowView(i)
		for c := range out {
			out[c] += asm.Dot(h, b.packed[c*f:(c+1)*f])
		}
	}
}

// Slopes implements [Sloper].
func (b *Rectified) Slopes(dst, x *mat.Dense, d int) bool {
	f, inputs := b.omega.Dims()
	checkEval("Rectified", dst, x, f, inputs)
	n, _ := x.Dims()
	for i := range n {
		row := dst.RawRowView(i)
		b.slopes(row, x.RawRowView(i))
		asm.Multiply(row, row, b.packed[d*f:(d+1)*f])
	}
	return true
}

// integerPower returns s^n.
func integerPower(s float64, n int) float64 {
	p := 1.0
	for range n {
		p *= s
	}
	return p
}

// maxOrder bounds the order of features that are read from a file.
const maxOrder = 16

var rectifiedKind = kindOf(Kind{
	Name:    "Rectified",
	Scalars: []string{"variance", "order"},
	Arrays:  []ArrayKind{{Name: "omega", About: "weights of inputs"}, {Name: "bias", About: "biases", Column: true}},
	make: func(d Description) (Basis, error) {
		v, order := d.Scalars[0], d.Scalars[1]
		if !(v >= 0) || math.IsInf(v, 1) || !(order >= 0 && order <= maxOrder) || order != math.Trunc(order) {
			return nil, fmt.Errorf("variance %v, order %v", v, order)
		}
		return NewRectified(d.Arrays[0].Data(), d.Arrays[1].column(), v, int(order)), nil
	},
}, func(b *Rectified) Description {
	omega := func() *mat.Dense { return b.omega }
	return Description{Scalars: []float64{b.variance, float64(b.order)}, Arrays: []Array{matrix(b.Len(), omega), vector(b.bias)}}
})
