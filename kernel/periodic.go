package kernel

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/internal/gram"
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

var periodic = Family{
	Name:    "periodic",
	Aliases: []string{"per", "mackay", "expsinesquared", "seasonal"},
	Formula: "variance · exp(−2 Σ_d sin²(π (x_d − y_d)/period_d) / lengthscale_d²)",
	Use:     "repeats exactly. The lengthscale is relative to the period. Mostly as a factor: `rbf*periodic` is a cycle whose shape drifts",
	Fields: []Field{
		varianceField,
		{Name: "lengthscale", Role: RoleRelativeLengthscale, Layout: PerInputs, Upper: math.Inf(1)},
		periodField,
	},
	Features: Few,
	zero:     Periodic{},
	model: func(k Kernel) gram.Model {
		p := k.(Periodic)
		return periodicModel{lengths: p.Lengthscale.count(), periods: p.Period.count()}
	},
}

func (Periodic) description() *Family { return &periodic }

// Cov implements [Kernel].
func (k Periodic) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k Periodic) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k Periodic) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k Periodic) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k Periodic) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (k Periodic) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }

// periodicModel is a Periodic of so many lengthscales and periods, 0 for one that all
// inputs share.
type periodicModel struct {
	gram.Stationary
	lengths, periods int
}

func (m periodicModel) Len() int { return 1 + max(m.lengths, 1) + max(m.periods, 1) }

func (m periodicModel) Bind(y *gram.Points) gram.Engine {
	mustFit("Periodic", "period", m.periods, y.Dims)
	mustFit("Periodic", "lengthscale", m.lengths, y.Dims)
	e := &periodicEngine{Angles: gram.NewAngles(y), nl: max(m.lengths, 1), np: max(m.periods, 1), theta: make([]float64, m.Len())}
	e.row = asm.Periodic{Scale: make([]float64, y.Dims), Y: y.Values, Sin: e.Sin, Cos: e.Cos, Stride: y.N}
	return e
}

type periodicEngine struct {
	gram.NoSlopes
	*gram.Angles // at pi/Period_d
	nl, np       int
	theta        []float64
	row          asm.Periodic
}

func (e *periodicEngine) lengthscale(d int) float64 { return e.theta[1+min(d, e.nl-1)] }
func (e *periodicEngine) period(d int) float64      { return e.theta[1+e.nl+min(d, e.np-1)] }

func (e *periodicEngine) Set(theta []float64) {
	copy(e.theta, theta)
	e.row.Variance = theta[0]
	for d := range e.Dims {
		e.row.Scale[d] = 2 / e.lengthscale(d)
		e.Turn(d, math.Pi/e.period(d))
	}
}

func (e *periodicEngine) ReadsValues(gram.Block) bool { return true }

func (e *periodicEngine) Cov(dst gram.Block, x gram.Matrix, s *gram.Scratch) {
	mark := s.Mark()
	sin, cos := e.Of(dst, x, s)
	for i := dst.Lo; i < dst.Hi; i++ {
		e.row.Cov(dst.Row(i), sin.Row(i), cos.Row(i))
	}
	s.Release(mark)
}

// ParamGrad: with u = pi (x_d-y_d)/Period_d, dk/dLengthscale_d =
// 4 k sin²(u)/Lengthscale_d³ and dk/dPeriod_d = 2 k u sin(2u)/(Lengthscale_d² Period_d).
func (e *periodicEngine) ParamGrad(dst []float64, w, k gram.Block, x gram.Matrix, s *gram.Scratch) {
	mark := s.Mark()
	k = gram.ValuesOf(e, w, k, x, s)
	sin, cos := e.Of(w, x, s)
	sums, sum := s.Floats(3*e.Dims), 0.0
	clear(sums)
	for i := w.Lo; i < w.Hi; i++ {
		sum += e.row.Sums(sums, w.Row(i), k.Row(i), x.Row(i), sin.Row(i), cos.Row(i))
	}
	dst[0] += sum / e.theta[0]
	for c, r := range e.Rate {
		l, p := e.lengthscale(c), e.period(c)
		dst[1+min(c, e.nl-1)] += 4 * sums[3*c] / (l * l * l)
		dst[1+e.nl+min(c, e.np-1)] += 4 * sums[3*c+2] * r / (l * l * p)
	}
	s.Release(mark)
}

// InputGrad: dk/dx_d = -2 k sin(2u) pi/(Lengthscale_d² Period_d).
func (e *periodicEngine) InputGrad(values []float64, dst gram.Matrix, w, k gram.Block, x gram.Matrix, s *gram.Scratch) {
	mark := s.Mark()
	k = gram.ValuesOf(e, w, k, x, s)
	gram.AddDots(values, w, k)
	sin, cos := e.Of(w, x, s)
	sums := s.Floats(3 * e.Dims)
	for i := w.Lo; i < w.Hi; i++ {
		clear(sums)
		e.row.Sums(sums, w.Row(i), k.Row(i), x.Row(i), sin.Row(i), cos.Row(i))
		out := dst.Row(i)
		for c := range out {
			l := e.lengthscale(c)
			out[c] -= 4 * sums[3*c+1] * e.Rate[c] / (l * l)
		}
	}
	s.Release(mark)
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
