package kernel_test

import (
	"math"
	"math/rand/v2"
	"slices"

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

// randomTheta returns a number inside the support of each parameter.
func randomTheta(r *rand.Rand, params []kernel.Param) []float64 {
	out := make([]float64, len(params))
	for i, p := range params {
		if out[i] = randomNumber(r); !math.IsInf(p.Upper, 1) {
			out[i] = p.Lower + (p.Upper-p.Lower)*r.Float64()
		}
	}
	return out
}

// randomLeaf returns a kernel of any family.
func randomLeaf(r *rand.Rand, d int, white bool) kernel.Kernel {
	families := slices.DeleteFunc(kernel.Families(), func(f *kernel.Family) bool { return f.White() && !white })
	f := families[r.IntN(len(families))]
	values := f.Values(f.New(d, r.IntN(2) == 0))
	for _, v := range values {
		for i := range v.Numbers {
			switch {
			case v.Layout == kernel.Whole:
				v.Numbers[i] = v.Lower + float64(r.IntN(1+int(min(3, v.Upper-v.Lower))))
			case math.IsInf(v.Upper, 1):
				v.Numbers[i] = randomNumber(r)
			default:
				v.Numbers[i] = v.Lower + (v.Upper-v.Lower)*r.Float64()
			}
		}
	}
	return f.Make(values)
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
