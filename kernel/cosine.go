package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/kernel/basis"
	"matheron/rng"
)

// Cosine is the kernel of a single frequency an input,
//
//	k(x, y) = Variance prod_d cos(2 pi (x_d-y_d)/Period_d).
//
// Parameters: variance, period. Its basis is exact: 2^D features.
type Cosine struct {
	Variance float64
	Period   PerInput
}

// Cov implements [Kernel].
func (k Cosine) Cov(dst, x, y *mat.Dense) {
	checkCov(dst, x, y)
	n, d := x.Dims()
	g := newAngles(y, 2*math.Pi, k.Period, "Cosine")
	sin, cos := g.of(x)
	for i := range n {
		row := dst.RawRowView(i)
		fill(row, k.Variance)
		for c := range d {
			sa, ca := sin.At(i, c), cos.At(i, c)
			sb, cb := g.column(c)
			asm.MultiplySum(row, ca, cb, sa, sb)
		}
	}
}

// Diag implements [Kernel].
func (k Cosine) Diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	fill(dst, k.Variance)
}

// Params implements [Parametric].
func (k Cosine) Params() []Param {
	return append([]Param{positive("Cosine.variance", k.Variance)}, k.Period.params("Cosine.period")...)
}

// WithParams implements [Parametric].
func (k Cosine) WithParams(theta []float64) Kernel {
	wantParams("Cosine", len(theta), 1+k.Period.Len())
	return Cosine{theta[0], k.Period.with(theta[1:])}
}

// eachSine calls f for each row i and input c with the row of
// w Variance sin(u_c) prod_{e != c} cos(u_e), u = 2 pi (x-y)/Period: the
// product is formed without dividing, since a cosine may be 0.
func (k Cosine) eachSine(w, x, y *mat.Dense, f func(i, c int, s []float64, g angles)) {
	n, d := x.Dims()
	m, _ := y.Dims()
	g := newAngles(y, 2*math.Pi, k.Period, "Cosine")
	sin, cos := g.of(x)
	s := make([]float64, m)
	for i := range n {
		for c := range d {
			asm.Scale(s, k.Variance, w.RawRowView(i))
			for e := range d {
				sa, ca := sin.At(i, e), cos.At(i, e)
				sb, cb := g.column(e)
				if e == c {
					asm.MultiplySum(s, sa, cb, -ca, sb)
				} else {
					asm.MultiplySum(s, ca, cb, sa, sb)
				}
			}
			f(i, c, s, g)
		}
	}
}

// ParamGrad implements [ParamGrader]. dk/dPeriod_d = Variance sin(u_d) u_d/Period_d
// prod_{e != d} cos(u_e).
func (k Cosine) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	np := k.Period.Len()
	wantParams("Cosine", len(dst), 1+np)
	checkWeights(w, kv, x, y)
	dst[0] += scaleGrad(w, covOf(k, kv, x, y)) / k.Variance
	k.eachSine(w, x, y, func(i, c int, s []float64, g angles) {
		xc, col, sum := x.At(i, c), g.at(c), 0.0
		for j, v := range s {
			sum += v * (xc - col[j])
		}
		dst[1+min(c, np-1)] += sum * g.rate[c] / k.Period.At(c)
	})
}

// InputGrad implements [InputGrader].
func (k Cosine) InputGrad(dst, w, kv, x, y *mat.Dense) {
	checkInputGrad(dst, x)
	checkWeights(w, kv, x, y)
	k.eachSine(w, x, y, func(i, c int, s []float64, g angles) {
		sum := 0.0
		for _, v := range s {
			sum += v
		}
		dst.RawRowView(i)[c] -= sum * g.rate[c]
	})
}

// Spectrum implements [Stationary]: one frequency an input with a random sign.
func (k Cosine) Spectrum(d int) (basis.Spectrum, float64) {
	base := k.Period.broadcast(d, "Cosine", "period")
	weights := make([][]float64, d)
	for i := range base {
		base[i] = 2 * math.Pi / base[i]
		weights[i] = []float64{0, 1}
	}
	return basis.Discrete(weights, base), k.Variance
}

// Basis implements [Based]: prod_d cos(u_d) is the mean of cos(u_1 ± u_2 ± ...)
// over all signs, each exact in a sine and a cosine. Where the 2^D features are
// more than o.Count, the signs are sampled.
func (k Cosine) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	if err := checkPeriods("Cosine", k.Period); err != nil {
		return nil, err
	}
	if b := k.exactBasis(d, o.Features()); b != nil {
		return b, nil
	}
	return fourier([]Stationary{k}, 1, d, o, key)
}

// exactBasis returns the exact features, or nil if they are more than most.
func (k Cosine) exactBasis(d, most int) basis.Basis {
	if d > 30 || 1<<d > most {
		return nil
	}
	base := k.Period.broadcast(d, "Cosine", "period")
	n := 1 << (d - 1)
	omega, weight := mat.NewDense(n, d, nil), make([]float64, n)
	for s := range n {
		weight[s] = k.Variance / float64(n)
		for c := range d {
			v := 2 * math.Pi / base[c]
			if c > 0 && s>>(c-1)&1 == 1 {
				v = -v
			}
			omega.Set(s, c, v)
		}
	}
	return basis.NewHarmonics(omega, weight)
}
