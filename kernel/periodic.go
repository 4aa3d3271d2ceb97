package kernel

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/kernel/basis"
	"matheron/rng"
)

// Periodic is the kernel of periodic functions (MacKay 1998), a product over
// inputs,
//
//	k(x, y) = Variance exp(-2 sum_d sin^2(pi (x_d-y_d)/Period_d)/Lengthscale_d^2).
//
// Lengthscale is relative to the period and divides squared. Parameters:
// variance, lengthscale, period. Its spectrum is discrete: harmonic j of an
// input has the variance c_0 = exp(-q) I_0(q), c_j = 2 exp(-q) I_j(q) with
// q = Lengthscale^-2.
type Periodic struct {
	Variance            float64
	Lengthscale, Period PerInput
}

// against returns the rows of k against the points y, with their angles.
func (k Periodic) against(y *mat.Dense) (angles, asm.Periodic) {
	g := newAngles(y, math.Pi, k.Period, "Periodic")
	scale := k.Lengthscale.broadcast(g.dims, "Periodic", "lengthscale")
	for d, l := range scale {
		scale[d] = 2 / l
	}
	return g, asm.Periodic{Variance: k.Variance, Scale: scale, Y: g.values, Sin: g.sin, Cos: g.cos, Stride: g.n}
}

// Cov implements [Kernel].
func (k Periodic) Cov(dst, x, y *mat.Dense) {
	checkCov(dst, x, y)
	g, row := k.against(y)
	sin, cos := g.of(x)
	n, _ := x.Dims()
	for i := range n {
		row.Cov(dst.RawRowView(i), sin.RawRowView(i), cos.RawRowView(i))
	}
}

// Diag implements [Kernel].
func (k Periodic) Diag(dst []float64, x *mat.Dense) {
	checkDiag(dst, x)
	fill(dst, k.Variance)
}

// Params implements [Parametric].
func (k Periodic) Params() []Param {
	return append(radial{owner: "Periodic", variance: k.Variance, lengthscale: k.Lengthscale}.params(), k.Period.params("Periodic.period")...)
}

// WithParams implements [Parametric].
func (k Periodic) WithParams(theta []float64) Kernel {
	n, p := k.Lengthscale.Len(), k.Period.Len()
	wantParams("Periodic", len(theta), 1+n+p)
	return Periodic{theta[0], k.Lengthscale.with(theta[1 : 1+n]), k.Period.with(theta[1+n:])}
}

// ParamGrad implements [ParamGrader]. With u = pi (x_d-y_d)/Period_d,
// dk/dLengthscale_d = 4 k sin^2(u)/Lengthscale_d^3 and dk/dPeriod_d =
// 2 k u sin(2u)/(Lengthscale_d^2 Period_d).
func (k Periodic) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	nl, np := k.Lengthscale.Len(), k.Period.Len()
	wantParams("Periodic", len(dst), 1+nl+np)
	checkWeights(w, kv, x, y)
	kv = covOf(k, kv, x, y)
	g, row := k.against(y)
	sin, cos := g.of(x)
	n, d := x.Dims()
	sums, sum := make([]float64, 3*d), 0.0
	for i := range n {
		sum += row.Sums(sums, w.RawRowView(i), kv.RawRowView(i), x.RawRowView(i), sin.RawRowView(i), cos.RawRowView(i))
	}
	dst[0] += sum / k.Variance
	k.addPeriodic(dst[1:], sums, g.rate)
}

// addPeriodic adds the gradients to the lengthscales and periods, given the sums of
// a block and pi/Period_d.
func (k Periodic) addPeriodic(dst, sums, rate []float64) {
	nl, np := k.Lengthscale.Len(), k.Period.Len()
	for c, r := range rate {
		l, p := k.Lengthscale.At(c), k.Period.At(c)
		dst[min(c, nl-1)] += 4 * sums[3*c] / (l * l * l)
		dst[nl+min(c, np-1)] += 4 * sums[3*c+2] * r / (l * l * p)
	}
}

// InputGrad implements [InputGrader]: dk/dx_d = -2 k sin(2u) pi/(Lengthscale_d^2 Period_d).
func (k Periodic) InputGrad(dst, w, kv, x, y *mat.Dense) {
	checkInputGrad(dst, x)
	checkWeights(w, kv, x, y)
	kv = covOf(k, kv, x, y)
	g, row := k.against(y)
	sin, cos := g.of(x)
	n, d := x.Dims()
	sums := make([]float64, 3*d)
	for i := range n {
		clear(sums)
		row.Sums(sums, w.RawRowView(i), kv.RawRowView(i), x.RawRowView(i), sin.RawRowView(i), cos.RawRowView(i))
		out := dst.RawRowView(i)
		for c := range out {
			l := k.Lengthscale.At(c)
			out[c] -= 4 * sums[3*c+1] * g.rate[c] / (l * l)
		}
	}
}

// harmonicTol is the part of the variance that may be left out of the series:
// rounding.
const harmonicTol = 1e-16

// checkBasis returns an error for a lengthscale so short that the series has
// more harmonics than can be handled.
func (k Periodic) checkBasis() error {
	for _, l := range k.Lengthscale.Values() {
		if 1/(l*l) > basis.MaxPeriodicConcentration {
			return fmt.Errorf("Periodic with a lengthscale of %v has no prior basis: it is below %.3g", l, 1/math.Sqrt(basis.MaxPeriodicConcentration))
		}
	}
	return checkPeriods("Periodic", k.Period)
}

// checkPeriods returns an error for a period whose frequencies overflow: the
// highest harmonic that is ever listed is below 1e7.
func checkPeriods(owner string, period PerInput) error {
	for _, p := range period.Values() {
		if math.IsInf(2*math.Pi*1e7/p, 0) {
			return fmt.Errorf("%s with a period of %v has no prior basis: its frequency overflows", owner, p)
		}
	}
	return nil
}

// harmonics returns for each of d inputs the weights of the harmonics, which
// sum to 1, and the base angular frequency.
func (k Periodic) harmonics(d int) (weights [][]float64, base []float64) {
	l := k.Lengthscale.broadcast(d, "Periodic", "lengthscale")
	base = k.Period.broadcast(d, "Periodic", "period")
	weights = make([][]float64, d)
	for i := range base {
		weights[i] = basis.PeriodicWeights(1/(l[i]*l[i]), harmonicTol)
		base[i] = 2 * math.Pi / base[i]
	}
	return weights, base
}

// Spectrum implements [Stationary]: an integer harmonic with a random sign for
// each input.
func (k Periodic) Spectrum(d int) (basis.Spectrum, float64) {
	weights, base := k.harmonics(d)
	return basis.Discrete(weights, base), k.Variance
}

// Basis implements [Based]: the exact features sqrt(c_j) {cos, sin}(2 pi j
// x/Period), a product over inputs, where they are no more than o.Count, and
// sampled harmonics beyond.
func (k Periodic) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	if err := k.checkBasis(); err != nil {
		return nil, err
	}
	b := k.exactBasis(d, o.Features())
	if b == nil {
		return fourier([]Stationary{k}, 1, d, o, key)
	}
	return b, nil
}

// exactBasis returns the exact features, or nil if they are more than most.
func (k Periodic) exactBasis(d, most int) basis.Basis {
	weights, base := k.harmonics(d)
	n := 1
	for _, w := range weights {
		n *= 2*len(w) - 1
		if n > most {
			return nil
		}
	}
	var b basis.Basis
	for i, w := range weights {
		omega := mat.NewDense(len(w), 1, nil)
		for j := range w {
			omega.Set(j, 0, float64(j)*base[i])
		}
		b = kronecker(b, active(basis.NewHarmonics(omega, w), []int{i}, d))
	}
	return scaledBasis(b, k.Variance)
}
