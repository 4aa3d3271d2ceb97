package infer

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// funcTarget is a target made of a function.
type funcTarget struct {
	dim int
	f   func(grad, x []float64) float64
}

func (t funcTarget) Dim() int                              { return t.dim }
func (t funcTarget) LogProbGrad(grad, x []float64) float64 { return t.f(grad, x) }

// normalTarget is a product of normals of given deviations about zero.
func normalTarget(sd ...float64) Target {
	return funcTarget{len(sd), func(grad, x []float64) float64 {
		lp := 0.0
		for i, v := range x {
			z := v / sd[i]
			lp -= z * z / 2
			grad[i] = -z / sd[i]
		}
		return lp
	}}
}

// correlatedTarget is N(mean, cov).
func correlatedTarget(mean []float64, cov *mat.SymDense) Target {
	n := len(mean)
	var chol mat.Cholesky
	if !chol.Factorize(cov) {
		panic("covariance")
	}
	var prec mat.SymDense
	if err := chol.InverseTo(&prec); err != nil {
		panic(err)
	}
	p := mat.NewDense(n, n, nil)
	p.Copy(&prec)
	rows := p.RawMatrix().Data
	return funcTarget{n, func(grad, x []float64) float64 {
		lp := 0.0
		for i := range x {
			g := 0.0
			for j, q := range rows[i*n : (i+1)*n] {
				g -= q * (x[j] - mean[j])
			}
			grad[i] = g
			lp += g * (x[i] - mean[i]) / 2
		}
		return lp
	}}
}

// randomCovariance returns sd_i sd_j of a random correlation matrix.
func randomCovariance(sd []float64, key rng.Key) *mat.SymDense {
	n := len(sd)
	r := key.Rand()
	a := mat.NewDense(n, 2*n, nil)
	for i := range n {
		for j := range 2 * n {
			a.Set(i, j, r.NormFloat64())
		}
	}
	var c mat.Dense
	c.Mul(a, a.T())
	out := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			out.SetSym(i, j, sd[i]*sd[j]*c.At(i, j)/math.Sqrt(c.At(i, i)*c.At(j, j)))
		}
	}
	return out
}

// funnelTarget is Neal's funnel: v ~ N(0, 3²), x_i ~ N(0, exp(v)).
func funnelTarget(n int) Target {
	return funcTarget{n + 1, func(grad, x []float64) float64 {
		v := x[0]
		lp := -v*v/18 - float64(n)*v/2
		grad[0] = -v/9 - float64(n)/2
		e := math.Exp(-v)
		for i, y := range x[1:] {
			lp -= y * y * e / 2
			grad[0] += y * y * e / 2
			grad[i+1] = -y * e
		}
		return lp
	}}
}

// eightSchools is the non-centred model of posteriordb, eight_schools_noncentered:
// x = (eta_1..8, mu, log tau); mu ~ N(0, 5), tau ~ half-Cauchy(0, 5),
// theta = mu + tau eta, y ~ N(theta, sigma).
func eightSchools() Target {
	y := [8]float64{28, 8, -3, 7, -1, 1, 18, 12}
	sigma := [8]float64{15, 10, 16, 11, 9, 11, 10, 18}
	return funcTarget{10, func(grad, x []float64) float64 {
		mu, tau := x[8], math.Exp(x[9])
		lp := -mu*mu/50 - math.Log1p(tau*tau/25) + x[9]
		gmu := -mu / 25
		gt := 1 - 2*tau*tau/(25+tau*tau)
		for i := range y {
			r := (y[i] - mu - tau*x[i]) / sigma[i]
			lp -= r*r/2 + x[i]*x[i]/2
			g := r / sigma[i]
			grad[i] = g*tau - x[i]
			gmu += g
			gt += g * tau * x[i]
		}
		grad[8], grad[9] = gmu, gt
		return lp
	}}
}

// mixtureTarget is w N(-a, 1) + (1-w) N(a, s²) in the first coordinate and a
// standard normal in the second.
func mixtureTarget(w, a, s float64) Target {
	return funcTarget{2, func(grad, x []float64) float64 {
		l1 := math.Log(w) - (x[0]+a)*(x[0]+a)/2
		l2 := math.Log(1-w) - math.Log(s) - (x[0]-a)*(x[0]-a)/(2*s*s)
		m := max(l1, l2)
		lse := m + math.Log(math.Exp(l1-m)+math.Exp(l2-m))
		p := math.Exp(l1 - lse)
		grad[0] = -p*(x[0]+a) - (1-p)*(x[0]-a)/(s*s)
		grad[1] = -x[1]
		return lse - x[1]*x[1]/2
	}}
}

// lowerMatrix is a 4 x 4 lower triangular matrix.
type lowerMatrix [4][4]float64

func (l *lowerMatrix) Dims() (r, c int)    { return 4, 4 }
func (l *lowerMatrix) At(i, j int) float64 { return l[i][j] }
func (l *lowerMatrix) T() mat.Matrix       { return mat.Transpose{Matrix: l} }

// The targets of these tests have the gradients that they claim.
func TestGradientsOfTheTargets(t *testing.T) {
	for name, target := range map[string]Target{
		"normal":     normalTarget(1, 0.2, 5),
		"correlated": correlatedTarget([]float64{1, 2, 3}, randomCovariance([]float64{1, 2, 0.5}, rng.New(1))),
		"funnel":     funnelTarget(3),
		"schools":    eightSchools(),
		"mixture":    mixtureTarget(0.3, 2, 0.7),
	} {
		r := rng.New(2).Rand()
		n := target.Dim()
		x, grad, scratch := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		target.LogProbGrad(grad, x)
		for i := range x {
			const h = 1e-5
			was := x[i]
			x[i] = was + h
			up := target.LogProbGrad(scratch, x)
			x[i] = was - h
			down := target.LogProbGrad(scratch, x)
			x[i] = was
			// h² third derivatives of order ten and rounding of values of order ten.
			if d := (up - down) / (2 * h); math.Abs(d-grad[i]) > 1e-8*max(1, math.Abs(d)) {
				t.Errorf("%s: gradient %d is %v, differences give %v", name, i, grad[i], d)
			}
		}
	}
}
