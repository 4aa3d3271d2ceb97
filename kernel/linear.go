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

// Linear is the kernel of linear functions with random intercept and slopes,
//
//	k(x, y) = Bias + sum_d Variance_d x_d y_d.
//
// Bias is the variance of the intercept and Variance_d that of slope d; there
// is always one an input. Parameters: bias, variance. Its D+1 features are exact.
type Linear struct {
	Bias     float64
	Variance []float64
}

var linear = Family{
	Name:    "linear",
	Aliases: []string{"lin", "dot", "dotproduct"},
	Formula: "bias + Σ_d variance_d x_d y_d",
	Use:     "a line; bias is the variance of its intercept. Always one variance an input",
	Fields: []Field{
		{Name: "bias", Role: RoleInterceptVariance, Upper: math.Inf(1), Zero: true},
		{Name: "variance", Role: RoleSlopeVariance, Layout: EachInput, Upper: math.Inf(1), Zero: true},
	},
	Features: Exact,
	Line:     true,
	Level:    true,
	zero:     Linear{},
	model: func(k Kernel) gram.Model {
		n := len(k.(Linear).Variance)
		return gram.Dot{N: 1 + n, Form: linearForm{}, Check: func(d int) { checkVariances(n, d) }}
	},
}

func (Linear) description() *Family { return &linear }

func checkVariances(n, d int) {
	if n != d {
		panic(fmt.Sprintf("kernel: Linear has %d variances for inputs of %d columns", n, d))
	}
}

// Cov implements [Kernel].
func (k Linear) Cov(dst, x, y *mat.Dense) { cov(k, dst, x, y) }

// Diag implements [Kernel].
func (k Linear) Diag(dst []float64, x *mat.Dense) { diag(k, dst, x) }

// Params implements [Parametric].
func (k Linear) Params() []Param { return params(k) }

// WithParams implements [Parametric].
func (k Linear) WithParams(theta []float64) Kernel { return withParams(k, theta) }

// ParamGrad implements [ParamGrader].
func (k Linear) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) { paramGrad(k, dst, w, kv, x, y) }

// InputGrad implements [InputGrader].
func (k Linear) InputGrad(dst, w, kv, x, y *mat.Dense) { inputGrad(k, dst, w, kv, x, y) }

// linearForm is k = p with p = Bias + sum_d Variance_d x_d y_d.
type linearForm struct{}

func (linearForm) Set(b *float64, a, theta []float64) {
	*b = theta[0]
	copy(a, theta[1:])
}

func (linearForm) Value([]float64, []float64) {}

func (linearForm) NeedsProducts() bool { return false }

func (linearForm) ParamGrad(dst, w, _, x []float64, y *gram.Points, _ []float64) {
	sum := dst[0]
	for _, v := range w {
		sum += v
	}
	dst[0] = sum
	for c, v := range x {
		dst[1+c] += asm.Dot(w, y.Column(c)[:len(w)]) * v
	}
}

func (linearForm) InputGrad(dst, w, _ []float64, y *gram.Points, theta []float64) {
	for c := range dst {
		dst[c] += asm.Dot(w, y.Column(c)[:len(w)]) * theta[1+c]
	}
}

// Basis implements [Based]: the exact features sqrt(Bias) and sqrt(Variance_d) x_d.
func (k Linear) Basis(d int, _ basis.Options, _ rng.Key) (basis.Basis, error) {
	checkVariances(len(k.Variance), d)
	exponents, coef := make([][]int, d+1), make([]float64, d+1)
	exponents[0], coef[0] = make([]int, d), math.Sqrt(k.Bias)
	for c, v := range k.Variance {
		exponents[c+1], coef[c+1] = make([]int, d), math.Sqrt(v)
		exponents[c+1][c] = 1
	}
	return basis.NewMonomials(exponents, coef), nil
}
