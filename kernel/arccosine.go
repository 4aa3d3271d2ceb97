package kernel

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
	"matheron/internal/gram"
	"matheron/kernel/basis"
	"matheron/rng"
)

// ArcCosine is the kernel of an infinitely wide neural network of one layer, whose
// units are max(0, s)^Order of a random sum s of the inputs and a bias (Cho and Saul 2009),
//
//	k(x, y) = Variance/pi (|u| |v|)^Order J(theta),  u = (sqrt(WeightVariance_d) x_d ..., sqrt(BiasVariance)), v that of y,
//
// theta being the angle between u and v, and J that of the order:
//
//	0  pi - theta
//	1  sin theta + (pi - theta) cos theta
//	2  3 sin theta cos theta + (pi - theta) (1 + 2 cos² theta)
//
// Its draws are sums of many steps at order 0, which have no input gradient, are once
// differentiable at order 1, and twice at order 2. Parameters: variance, weight_variance,
// bias_variance; the order, 0 to 2, is structure. Only two of the three show in k, but
// for priors. It is not stationary: features are random units, see [basis.Rectified].
type ArcCosine struct {
	Variance       float64
	WeightVariance PerInput
	BiasVariance   float64
	Order          int
}

var arcCosine = Family{
	Name:    "arc_cosine",
	Aliases: []string{"arccos", "acos", "relu", "neuralnetwork", "nn"},
	Formula: "variance/π · (‖u‖ ‖v‖)^order J(θ), θ the angle of u = (√weight_variance_d x_d …, √bias_variance) and v, of y",
	Use:     "a wide random network of steps (order 0: no gradients), ReLU units (order 1) or their squares (order 2). Not stationary: bends most near 0",
	Fields: []Field{
		varianceField,
		{Name: "weight_variance", Role: RoleWeightVariance, Layout: PerInputs, Upper: math.Inf(1), Zero: true},
		{Name: "bias_variance", Role: RoleBiasVariance, Upper: math.Inf(1), Zero: true},
		{Name: "order", Layout: Whole, Upper: 2, Default: 1},
	},
	zero: ArcCosine{},
	model: func(k Kernel) gram.Model {
		a := k.(ArcCosine)
		return arcModel{weights: a.WeightVariance.count(), order: a.Order}
	},
	rough: func(k Kernel) bool { return k.(ArcCosine).Order == 0 },
}

func (ArcCosine) description() *Family { return &arcCosine }

// Cov implements [Kernel].
func (k ArcCosine) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k ArcCosine) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k ArcCosine) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k ArcCosine) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k ArcCosine) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// InputGrad implements [InputGrader]. It panics at order 0.
func (k ArcCosine) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }

// Basis implements [Based] by random units.
func (k ArcCosine) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	weights := k.WeightVariance.broadcast(d, "ArcCosine", "weight variance")
	for c, v := range weights {
		weights[c] = math.Sqrt(v)
	}
	return basis.DrawRectified(weights, math.Sqrt(k.BiasVariance), k.Variance, k.Order, o, key)
}

// arcModel is an ArcCosine of so many weight variances, 0 for one that all inputs share.
type arcModel struct{ weights, order int }

func (m arcModel) Len() int { return 2 + max(m.weights, 1) }

// weight returns the weight variance of input d, and bias that of the bias.
func (m arcModel) weight(theta []float64, d int) float64 { return theta[1+min(d, max(m.weights, 1)-1)] }
func (m arcModel) bias(theta []float64) float64          { return theta[len(theta)-1] }

// square returns |u|².
func (m arcModel) square(theta, x []float64) float64 {
	s := m.bias(theta)
	for d, v := range x {
		s += m.weight(theta, d) * v * v
	}
	return s
}

// atZero returns J(0)/pi: 1, 1 and 3.
func (m arcModel) atZero() float64 { return [...]float64{1, 1, 3}[m.order] }

// Diag has Variance |u|^(2 Order) J(0)/pi.
func (m arcModel) Diag(dst, theta []float64, x *mat.Dense) {
	for i := range dst {
		dst[i] = theta[0] * m.atZero() * power(m.square(theta, x.RawRowView(i)), m.order)
	}
}

func (m arcModel) DiagGrad(dst, theta, w []float64, x *mat.Dense) {
	for i, v := range w {
		xi := x.RawRowView(i)
		s := m.square(theta, xi)
		dst[0] += v * m.atZero() * power(s, m.order)
		if m.order == 0 {
			continue
		}
		slope := v * theta[0] * m.atZero() * float64(m.order) * power(s, m.order-1)
		for d, xd := range xi {
			dst[1+min(d, max(m.weights, 1)-1)] += slope * xd * xd
		}
		dst[len(dst)-1] += slope
	}
}

func (m arcModel) Bind(y *gram.Points) gram.Engine {
	if m.order < 0 || m.order > 2 {
		panic("kernel: ArcCosine is of order 0, 1 or 2")
	}
	mustFit("ArcCosine", "weight variance", m.weights, y.Dims)
	units := &gram.Points{Values: make([]float64, y.N*(y.Dims+1)), N: y.N, Dims: y.Dims + 1}
	return &arcEngine{
		model: m, y: y, units: units, square: make([]float64, y.N), theta: make([]float64, m.Len()), unit: make([]float64, y.Dims+1),
		row: asm.Radial{Scale: ones(y.Dims + 1), Y: units.Values, Stride: y.N},
	}
}

// arcEngine works on the directions of u and v, w = u/|u| and z = v/|v|: their squared
// distance q = |w - z|² gives the angle, cos theta = 1 - q/2, to rounding also where it is
// small, as a dot product does not.
type arcEngine struct {
	gram.NoSlopes
	model  arcModel
	y      *gram.Points
	units  *gram.Points // z by column, the bias last
	square []float64    // |v|²
	theta  []float64
	unit   []float64  // scratch of Set
	row    asm.Radial // of distances of directions
}

func (e *arcEngine) Set(theta []float64) {
	copy(e.theta, theta)
	for j := range e.y.N {
		e.square[j] = e.direction(e.unit, e.y.Row(e.y.Lo+j))
		for d, v := range e.unit {
			e.units.Values[d*e.y.N+j] = v
		}
	}
}

// direction sets w to that of x and returns |u|². Where u is 0 it is that of the bias.
func (e *arcEngine) direction(w, x []float64) float64 {
	s := e.model.square(e.theta, x)
	if s == 0 {
		clear(w)
		w[len(x)] = 1
		return 0
	}
	inv := 1 / math.Sqrt(s)
	for d, v := range x {
		w[d] = math.Sqrt(e.model.weight(e.theta, d)) * v * inv
	}
	w[len(x)] = math.Sqrt(e.model.bias(e.theta)) * inv
	return s
}

// angle is what k is made of for one pair.
type angle struct {
	q, sin, cos, rest float64 // rest is pi - theta
}

func angleOf(q float64) angle {
	q = min(q, 4)
	return angle{q, math.Sqrt(q * (1 - q/4)), 1 - q/2, math.Pi - 2*math.Asin(math.Sqrt(q)/2)}
}

// profile returns J/pi and M/pi, M = -J'(theta)/sin(theta), which is 0 in place of
// infinite at order 0 and no angle.
func (m arcModel) profile(a angle) (j, slope float64) {
	switch m.order {
	case 0:
		if a.sin > 0 {
			slope = 1 / a.sin
		}
		j = a.rest
	case 1:
		j, slope = a.sin+a.rest*a.cos, a.rest
	default:
		j, slope = 3*a.sin*a.cos+a.rest*(1+2*a.cos*a.cos), 4*(a.sin+a.rest*a.cos)
	}
	return j / math.Pi, slope / math.Pi
}

func (e *arcEngine) ReadsValues(gram.Block) bool { return false }

// size returns Variance (|u| |v|)^Order.
func (e *arcEngine) size(u, v float64) float64 {
	switch e.model.order {
	case 0:
		return e.theta[0]
	case 1:
		return e.theta[0] * math.Sqrt(u*v)
	}
	return e.theta[0] * u * v
}

func (e *arcEngine) Cov(dst gram.Block, x gram.Matrix, s *gram.Scratch) {
	mark := s.Mark()
	w := s.Floats(e.units.Dims)
	for i := dst.Lo; i < dst.Hi; i++ {
		row := dst.Row(i)
		u := e.direction(w, x.Row(i))
		e.row.Distances(row, w)
		for j, q := range row {
			k, _ := e.model.profile(angleOf(q))
			row[j] = e.size(u, e.square[j]) * k
		}
	}
	s.Release(mark)
}

// ParamGrad: with P = Variance (|u||v|)^n/pi and a weight variance a_d,
//
//	a_d dk/da_d = (n/2 k + P M q/4) (w_d² + z_d²) - P M/2 (w_d - z_d)²,
//
// the second part of which is sin(theta) M dtheta/da_d without cancellation. The bias is
// one more input.
func (e *arcEngine) ParamGrad(dst []float64, w, _ gram.Block, x gram.Matrix, s *gram.Scratch) {
	mark := s.Mark()
	width := w.Width(w.Hi - 1)
	unit, q, sums, differences := s.Floats(e.units.Dims), s.Floats(width), s.Floats(width), s.Floats(e.units.Dims)
	n, np := float64(e.model.order), len(dst)-2
	for i := w.Lo; i < w.Hi; i++ {
		wi := w.Row(i)
		u := e.direction(unit, x.Row(i))
		q, sums := q[:len(wi)], sums[:len(wi)]
		e.row.Distances(q, unit)
		total := 0.0
		for j, v := range wi {
			a := angleOf(q[j])
			k, slope := e.model.profile(a)
			size := v * e.size(u, e.square[j])
			dst[0] += size * k / e.theta[0]
			sums[j] = n/2*size*k + size*slope*a.q/4
			total += sums[j]
			q[j] = size * slope / 2
		}
		clear(differences)
		asm.Squares(differences, q, unit, e.units.Values, e.y.N)
		for d, ud := range unit {
			at, variance := 1+min(d, np-1), e.model.bias(e.theta)
			if d < e.y.Dims {
				variance = e.model.weight(e.theta, d)
			} else {
				at = 1 + np
			}
			sum := total*ud*ud - differences[d]
			for j, z := range e.units.Column(d)[:len(wi)] {
				sum += sums[j] * z * z
			}
			dst[at] += sum / variance
		}
	}
	s.Release(mark)
}

// InputGrad: dk/dx_d = a_d (2 dk/d|u|² x_d + dk/d(u.v) y_d), where |u|² dk/d|u|² =
// n/2 k - P M cos(theta)/2 and |u||v| dk/d(u.v) = P M.
func (e *arcEngine) InputGrad(values []float64, dst gram.Matrix, w, _ gram.Block, x gram.Matrix, s *gram.Scratch) {
	if e.model.order == 0 {
		panic("kernel: ArcCosine of order 0 has no input gradient")
	}
	mark := s.Mark()
	unit, q := s.Floats(e.units.Dims), s.Floats(w.Width(w.Hi-1))
	n := float64(e.model.order)
	for i := w.Lo; i < w.Hi; i++ {
		wi, xi, out := w.Row(i), x.Row(i), dst.Row(i)
		u := e.direction(unit, xi)
		h := q[:len(wi)]
		e.row.Distances(h, unit)
		own := 0.0
		for j, v := range wi {
			a := angleOf(h[j])
			k, slope := e.model.profile(a)
			size := v * e.size(u, e.square[j])
			if values != nil {
				values[i] += size * k
			}
			h[j] = 0
			if uv := math.Sqrt(u * e.square[j]); uv > 0 {
				own += (n*k - slope*a.cos) * size / u
				h[j] = slope * size / uv
			}
		}
		for d := range out {
			out[d] += e.model.weight(e.theta, d) * (own*xi[d] + asm.Dot(h, e.y.Column(d)[:len(h)]))
		}
	}
	s.Release(mark)
}
