package store

import (
	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
)

// allKernels is what the files golden-v2/all.* were written of: every kernel, every
// way to compose them and every kind of features that version 2 has, a noise a row,
// a linear mean and a jitter.
func allKernels() storedCase {
	sh, ard := kernel.Shared, kernel.ARD
	l3, p3 := ard(0.7, 1.3, 2), ard(1.9, 2.3, 3.1)
	rbf := kernel.RBF{Variance: 1.2, Lengthscale: sh(0.8)}
	periodic := kernel.Periodic{Variance: 0.9, Lengthscale: sh(1.4), Period: sh(1.7)}
	linear := kernel.Linear{Bias: 0.3, Variance: []float64{0.5, 0, 0.7}}
	active := func(k kernel.Kernel, columns ...int) kernel.Kernel { return kernel.Active{Kernel: k, Columns: columns} }
	return storedCase{
		name: "all kernels", inputs: threeInputs, perRow: true, scaled: true, jitter: 1e-3,
		mean: gp.Linear{Intercept: 1, Slopes: []float64{-2, 0.1, 3}},
		kernel: kernel.Fix(kernel.Sum{
			kernel.RBF{Variance: 2, Lengthscale: l3},
			kernel.Matern32{Variance: 2, Lengthscale: sh(0.6)},
			kernel.Product{kernel.Matern52{Variance: 1, Lengthscale: ard(0.6, 1, 2)}, kernel.Fix(linear, "bias", "variance[1]")},
			kernel.RationalQuadratic{Variance: 2, Lengthscale: l3, Alpha: 0.4},
			active(kernel.Mul(periodic, active(kernel.Matern12{Variance: 0.4, Lengthscale: sh(2)}, 0)), 1),
			kernel.Cosine{Variance: 1.1, Period: p3},
			kernel.Polynomial{Variance: 0.1, Bias: 0.8, Degree: 2},
			kernel.Scaled{Factor: 2.5, Kernel: kernel.Sum{rbf, kernel.Scaled{Factor: 0.4, Kernel: active(periodic, 2)}}},
			kernel.Constant{Variance: 3}, kernel.White{Variance: 0.02},
		}, "sum.0.RBF.variance", "sum.5.Cosine.period[2]"),
		sampler: pathwise.Sampler{Features: 3, PerPath: true, Form: basis.CosPhase},
	}
}
