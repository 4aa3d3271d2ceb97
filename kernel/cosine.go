package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/internal/gram"
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

var cosine = Family{
	Name:     "cosine",
	Aliases:  []string{"cos"},
	Formula:  "variance · Π_d cos(2π (x_d − y_d)/period_d)",
	Use:      "one sine wave of unknown phase and amplitude",
	Fields:   []Field{varianceField, periodField},
	Features: Few,
	zero:     Cosine{},
	model:    func(k Kernel) gram.Model { return cosineModel{periods: k.(Cosine).Period.count()} },
}

func (Cosine) description() *Family { return &cosine }

// Cov implements [Kernel].
func (k Cosine) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k Cosine) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k Cosine) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k Cosine) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k Cosine) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (k Cosine) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }

// cosineModel is a Cosine of so many periods, 0 for one that all inputs share.
type cosineModel struct {
	gram.Stationary
	periods int
}

func (m cosineModel) Len() int { return 1 + max(m.periods, 1) }

func (m cosineModel) Bind(y *gram.Points) gram.Engine {
	mustFit("Cosine", "period", m.periods, y.Dims)
	return &cosineEngine{Angles: gram.NewAngles(y), np: max(m.periods, 1), theta: make([]float64, m.Len())}
}

type cosineEngine struct {
	gram.NoSlopes
	*gram.Angles // at 2 pi/Period_d
	np           int
	theta        []float64
}

func (e *cosineEngine) period(d int) float64 { return e.theta[1+min(d, e.np-1)] }

func (e *cosineEngine) Set(theta []float64) {
	copy(e.theta, theta)
	for d := range e.Dims {
		e.Turn(d, 2*math.Pi/e.period(d))
	}
}

func (e *cosineEngine) ReadsValues(gram.Block) bool { return true }

// times multiplies a row by cos(u_d), or by sin(u_d), u = 2 pi (x-y)/Period, given the
// sine and cosine of the angle of x.
func (e *cosineEngine) times(row []float64, d int, sa, ca float64, sine bool) {
	sb, cb := e.Sin[d*e.N:][:len(row)], e.Cos[d*e.N:][:len(row)]
	if sine {
		asm.MultiplySum(row, sa, cb, -ca, sb)
		return
	}
	asm.MultiplySum(row, ca, cb, sa, sb)
}

func (e *cosineEngine) Cov(dst gram.Block, x gram.Matrix, s *gram.Scratch) {
	mark := s.Mark()
	sin, cos := e.Of(dst, x, s)
	variance := e.theta[0]
	for i := dst.Lo; i < dst.Hi; i++ {
		row, si, ci := dst.Row(i), sin.Row(i), cos.Row(i)
		for j := range row {
			row[j] = variance
		}
		for d := range e.Dims {
			e.times(row, d, si[d], ci[d], false)
		}
	}
	s.Release(mark)
}

// ParamGrad has dk/dPeriod_d = Variance sin(u_d) u_d/Period_d prod_{e != d} cos(u_e):
// the product is formed without dividing, since a cosine may be 0.
func (e *cosineEngine) ParamGrad(dst []float64, w, k gram.Block, x gram.Matrix, s *gram.Scratch) {
	mark := s.Mark()
	k = gram.ValuesOf(e, w, k, x, s)
	sin, cos := e.Of(w, x, s)
	store, variance := s.Floats(w.Width(w.Hi-1)), e.theta[0]
	for i := w.Lo; i < w.Hi; i++ {
		wr, xi, row := w.Row(i), x.Row(i), store[:w.Width(i)]
		dst[0] += asm.Dot(wr, k.Row(i)) / variance
		for d := range e.Dims {
			col, xd := e.Column(d)[:len(wr)], xi[d]
			for j, v := range wr {
				row[j] = v * variance * (xd - col[j])
			}
			for c := range e.Dims {
				e.times(row, c, sin.Row(i)[c], cos.Row(i)[c], c == d)
			}
			sum := 0.0
			for _, v := range row {
				sum += v
			}
			dst[1+min(d, e.np-1)] += sum * e.Rate[d] / e.period(d)
		}
	}
	s.Release(mark)
}

func (e *cosineEngine) InputGrad(values []float64, dst gram.Matrix, w, k gram.Block, x gram.Matrix, s *gram.Scratch) {
	mark := s.Mark()
	if values != nil {
		gram.AddDots(values, w, gram.ValuesOf(e, w, k, x, s))
	}
	sin, cos := e.Of(w, x, s)
	store := s.Floats(w.Width(w.Hi - 1))
	for i := w.Lo; i < w.Hi; i++ {
		row, out := store[:w.Width(i)], dst.Row(i)
		for d := range e.Dims {
			asm.Scale(row, e.theta[0], w.Row(i))
			for c := range e.Dims {
				e.times(row, c, sin.Row(i)[c], cos.Row(i)[c], c == d)
			}
			sum := 0.0
			for _, v := range row {
				sum += v
			}
			out[d] -= sum * e.Rate[d]
		}
	}
	s.Release(mark)
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

// checkBasis returns an error for a period whose frequency overflows.
func (k Cosine) checkBasis() error { return checkPeriods("Cosine", k.Period) }

// Basis implements [Based]: prod_d cos(u_d) is the mean of cos(u_1 ± u_2 ± ...)
// over all signs, each exact in a sine and a cosine. Where the 2^D features are
// more than o.Count, the signs are sampled.
func (k Cosine) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	if err := k.checkBasis(); err != nil {
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
