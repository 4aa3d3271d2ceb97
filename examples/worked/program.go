package worked

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/calibrate"
	"matheron/kernel"
)

// program is functions of the exact posterior at the rows held out, as a
// differentiable program over the logarithms of the RBF kernel's variance and
// lengthscale. What is random in them is fixed numbers: the frequencies in units
// of the lengthscale, the weights and the noise. The functions are those that
// package pathwise draws from such numbers.
type program struct {
	start   kernel.RBF
	x, held *mat.Dense
	r       []float64 // y - m
	center  float64
	noise   float64    // all that is on the diagonal
	omega   *mat.Dense // 1 x F/2, of lengthscale 1
	w       *mat.Dense // F x S
	e       *mat.Dense // rows x S
	observe *mat.Dense // S x held
}

const (
	scorePaths    = 32
	scoreFeatures = 64
)

// newProgram fixes the numbers.
func (s *Story) newProgram(h *HeldOut) *program {
	key := s.Key.Named("program")
	n, held := h.Posterior.Len(), len(h.Y)
	fill := func(name string, r, c int, sd float64) *mat.Dense {
		g := key.Named(name).Rand()
		m := mat.NewDense(r, c, nil)
		m.Apply(func(int, int, float64) float64 { return sd * g.NormFloat64() }, m)
		return m
	}
	p := &program{
		start: s.Prior.Kernel.(kernel.RBF),
		x:     h.Posterior.X(), held: h.X, center: s.Center, noise: s.observationVariance(),
		omega: fill("frequencies", 1, scoreFeatures/2, 1),
		w:     fill("weights", scoreFeatures, scorePaths, 1),
	}
	p.e = fill("noise", n, scorePaths, math.Sqrt(p.noise))
	p.observe = fill("observe", scorePaths, held, math.Sqrt(p.noise))
	for _, y := range h.Posterior.Y() {
		p.r = append(p.r, y-s.Center)
	}
	return p
}

// theta is where the story has the parameters.
func (p *program) theta() []float64 {
	return []float64{math.Log(p.start.Variance), math.Log(p.start.Lengthscale.At(0))}
}

// draws is the program, held x S:
//
//	f = m + Phi w + K H⁻¹ (y - m - Phi_X w - e)
func (p *program) draws(t *ad.Tape, theta ad.Value) ad.Value {
	variance, scale := ad.Exp(ad.At(theta, 0)), ad.Exp(ad.At(theta, 1))
	x, held := t.ConstMatrix(p.x), t.ConstMatrix(p.held)
	cov := func(a, b ad.Value) ad.Value {
		r := ad.Div(ad.Sub(a, ad.Transpose(b)), scale)
		return ad.Mul(variance, ad.Exp(ad.Scale(ad.Square(r), -0.5)))
	}
	w := ad.Mul(ad.Sqrt(ad.Scale(variance, 2.0/scoreFeatures)), t.ConstMatrix(p.w))
	prior := func(a ad.Value) ad.Value {
		g := ad.Div(ad.MatMul(a, t.ConstMatrix(p.omega)), scale)
		return ad.MatMul(ad.Concat(1, ad.Sin(g), ad.Cos(g)), w)
	}
	l := ad.Cholesky(ad.AddDiag(cov(x, x), t.Const(p.noise)))
	residual := ad.Sub(ad.Sub(ad.Reshape(t.ConstVector(p.r), len(p.r), 1), prior(x)), t.ConstMatrix(p.e))
	f := ad.Add(prior(held), ad.MatMul(cov(held, x), ad.CholeskySolve(l, residual)))
	return ad.Add(f, t.Const(p.center))
}

// model is draws of the readings as package calibrate takes them. A program over
// package ad carries a gradient of the draws back to its variables.
func (p *program) model() calibrate.Model {
	tape := ad.NewTape()
	return func(theta []float64) (*mat.Dense, func(dst []float64, w *mat.Dense), error) {
		tape.Reset()
		v := tape.Vector(theta)
		f := ad.Transpose(p.draws(tape, v))
		if err := tape.Err(); err != nil {
			return nil, nil, err
		}
		draws := mat.DenseCopyOf(p.observe)
		s, n := draws.Dims()
		draws.Add(draws, mat.NewDense(s, n, f.Data()))
		pull := func(dst []float64, w *mat.Dense) {
			tape.BackwardFrom(f, w.RawMatrix().Data)
			copy(dst, v.Grad())
		}
		return draws, pull, nil
	}
}
