package kernel_test

import (
	"math"
	"math/rand/v2"

	"matheron/kernel"
)

// randomKernel returns an expression of at most the given depth for inputs of
// d columns, with all leaves, ard, fixed parameters, scales, and columns chosen
// at any level. White noise is never a factor.
func randomKernel(r *rand.Rand, d, depth int) kernel.Kernel {
	return randomExpression(r, d, depth, true)
}

func randomExpression(r *rand.Rand, d, depth int, white bool) kernel.Kernel {
	if depth == 0 || r.IntN(5) == 0 {
		return randomFix(r, randomLeaf(r, d, white))
	}
	several := func(white bool) []kernel.Kernel {
		ks := make([]kernel.Kernel, 2+r.IntN(2))
		for i := range ks {
			ks[i] = randomExpression(r, d, depth-1, white)
		}
		return ks
	}
	switch r.IntN(6) {
	case 0, 1:
		return randomFix(r, kernel.Add(several(white)...))
	case 2, 3:
		return randomFix(r, kernel.Mul(several(false)...))
	case 4:
		return kernel.Scaled{Factor: randomNumber(r), Kernel: randomExpression(r, d, depth-1, white)}
	}
	columns := r.Perm(d)[:1+r.IntN(d)]
	return kernel.Active{Kernel: randomExpression(r, len(columns), depth-1, white), Columns: columns}
}

// randomNumber is 1 in a quarter of cases, otherwise between 0.4 and 2.5.
func randomNumber(r *rand.Rand) float64 {
	if r.IntN(4) == 0 {
		return 1
	}
	return math.Exp(1.83 * (r.Float64() - 0.5))
}

func randomNumbers(r *rand.Rand, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = randomNumber(r)
	}
	return out
}

func randomLeaf(r *rand.Rand, d int, white bool) kernel.Kernel {
	ard := r.IntN(2) == 0
	perInput := func() kernel.PerInput {
		if ard {
			return kernel.ARD(randomNumbers(r, d)...)
		}
		return kernel.Shared(randomNumber(r))
	}
	v := randomNumber(r)
	n := 10
	if white {
		n = 11
	}
	switch r.IntN(n) {
	case 0:
		return kernel.RBF{Variance: v, Lengthscale: perInput()}
	case 1:
		return kernel.Matern12{Variance: v, Lengthscale: perInput()}
	case 2:
		return kernel.Matern32{Variance: v, Lengthscale: perInput()}
	case 3:
		return kernel.Matern52{Variance: v, Lengthscale: perInput()}
	case 4:
		return kernel.RationalQuadratic{Variance: v, Lengthscale: perInput(), Alpha: randomNumber(r)}
	case 5:
		return kernel.Periodic{Variance: v, Lengthscale: perInput(), Period: perInput()}
	case 6:
		return kernel.Cosine{Variance: v, Period: perInput()}
	case 7:
		return kernel.Linear{Bias: v, Variance: randomNumbers(r, d)}
	case 8:
		return kernel.Polynomial{Variance: v, Bias: randomNumber(r), Degree: 1 + r.IntN(4)}
	case 9:
		return kernel.Constant{Variance: v}
	}
	return kernel.White{Variance: v}
}

// randomFix holds some parameters, none in half of cases.
func randomFix(r *rand.Rand, k kernel.Kernel) kernel.Kernel {
	if r.IntN(2) == 0 {
		return k
	}
	var fixed []string
	for _, p := range kernel.Params(k) {
		if r.IntN(4) == 0 {
			fixed = append(fixed, p.Name)
		}
	}
	return kernel.Fix(k, fixed...)
}
