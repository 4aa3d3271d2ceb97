package infertest

import (
	"math"

	"matheron/infer"
)

// Known is a target with the mean and the variance of each coordinate.
type Known struct {
	infer.Target
	Name           string
	Mean, Variance []float64
}

// density is a target made of a function.
type density struct {
	dim int
	f   func(grad, x []float64) float64
}

func (d density) Dim() int                              { return d.dim }
func (d density) LogProbGrad(grad, x []float64) float64 { return d.f(grad, x) }

// Targets returns densities with moments in closed form: scales from 0.01 to 100,
// strong correlation, heavier tails than a normal's, lighter ones, skewness, a
// banana and two modes that a trajectory joins.
func Targets() []Known {
	return []Known{scales(), autoregressive(), logistic(), quartic(), logGamma(), banana(), modes()}
}

// scales is a product of normals.
func scales() Known {
	sd := []float64{0.01, 1, 100}
	return Known{
		Name: "scales", Mean: []float64{0, 0, 0}, Variance: []float64{1e-4, 1, 1e4},
		Target: density{3, func(grad, x []float64) float64 {
			lp := 0.0
			for i, s := range sd {
				z := x[i] / s
				grad[i] = -z / s
				lp -= z * z / 2
			}
			return lp
		}},
	}
}

// autoregressive is a stationary sequence x_i = 1 + phi (x_(i-1) - 1) + e_i.
func autoregressive() Known {
	const n, phi = 10, 0.9
	k := Known{Name: "autoregressive"}
	for range n {
		k.Mean = append(k.Mean, 1)
		k.Variance = append(k.Variance, 1)
	}
	k.Target = density{n, func(grad, x []float64) float64 {
		grad[0] = -(x[0] - 1)
		lp := -(x[0] - 1) * (x[0] - 1) / 2
		for i := 1; i < n; i++ {
			e := (x[i] - 1 - phi*(x[i-1]-1)) / (1 - phi*phi)
			lp -= e * e * (1 - phi*phi) / 2
			grad[i] = -e
			grad[i-1] += phi * e
		}
		return lp
	}}
	return k
}

// logistic has tails exp(-|x|), variance pi²/3.
func logistic() Known {
	return Known{
		Name: "logistic", Mean: []float64{2, 0}, Variance: []float64{math.Pi * math.Pi / 3, math.Pi * math.Pi / 3},
		Target: density{2, func(grad, x []float64) float64 {
			lp := 0.0
			for i, m := range []float64{2, 0} {
				a := math.Abs(x[i] - m)
				e := math.Exp(-a)
				lp -= a + 2*math.Log1p(e)
				grad[i] = -math.Copysign((1-e)/(1+e), x[i]-m)
			}
			return lp
		}},
	}
}

// quartic is exp(-x⁴/4): variance 2 Gamma(3/4)/Gamma(1/4).
func quartic() Known {
	return Known{
		Name: "quartic", Mean: []float64{0}, Variance: []float64{2 * math.Gamma(0.75) / math.Gamma(0.25)},
		Target: density{1, func(grad, x []float64) float64 {
			grad[0] = -x[0] * x[0] * x[0]
			return -x[0] * x[0] * x[0] * x[0] / 4
		}},
	}
}

// logGamma is the logarithm of a Gamma(2, 1) variate: mean psi(2) = 1 - Euler's
// constant, variance psi'(2) = pi²/6 - 1.
func logGamma() Known {
	const euler = 0.57721566490153286061
	return Known{
		Name: "log gamma", Mean: []float64{1 - euler}, Variance: []float64{math.Pi*math.Pi/6 - 1},
		Target: density{1, func(grad, x []float64) float64 {
			e := math.Exp(x[0])
			grad[0] = 2 - e
			return 2*x[0] - e
		}},
	}
}

// banana is x ~ N(0, 1), y given x ~ N(x²/2, 0.5²): mean 1/2 and variance
// 1/4 + var(x²)/4 = 3/4 of y.
func banana() Known {
	return Known{
		Name: "banana", Mean: []float64{0, 0.5}, Variance: []float64{1, 0.75},
		Target: density{2, func(grad, x []float64) float64 {
			r := (x[1] - x[0]*x[0]/2) * 4
			grad[0] = -x[0] + r*x[0]
			grad[1] = -r
			return -x[0]*x[0]/2 - r*r/8
		}},
	}
}

// modes is 0.4 N(-1.5, 1) + 0.6 N(1.5, 1): mean 0.3, variance 1 + 9 (0.4)(0.6).
func modes() Known {
	return Known{
		Name: "modes", Mean: []float64{0.3}, Variance: []float64{1 + 9*0.24},
		Target: density{1, func(grad, x []float64) float64 {
			a, b := x[0]+1.5, x[0]-1.5
			l, r := math.Log(0.4)-a*a/2, math.Log(0.6)-b*b/2
			m := max(l, r)
			lp := m + math.Log(math.Exp(l-m)+math.Exp(r-m))
			p := math.Exp(l - lp)
			grad[0] = -p*a - (1-p)*b
			return lp
		}},
	}
}
