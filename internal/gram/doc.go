// Package gram evaluates covariance functions on numbers.
//
// Package kernel compiles an expression to a [Model]: its structure, without the
// values of its parameters. A model is bound to points y, which gives an [Engine];
// parameters θ are set in place, and blocks of K(x, y) and their contractions follow:
//
//	Plan ── Triangle: the lower triangle of K_XX, again and again at new θ
//	     └─ Cross:    K(x, y) for fixed y and θ, at ever new x
//
// An engine computes row by row:
//
//	Cov        k(x_i, y_j)
//	ParamGrad  g_p  = sum_ij w_ij dk(x_i, y_j)/dθ_p
//	InputGrad  g_id = sum_j w_ij dk(x_i, y_j)/dx_id
//	Slopes     dk(x_i, y_j)/dx_id
//
// A triangle and a full block differ in the lengths of their rows alone, so that both
// are one engine's work ([Block]). There is no interface call an element, and with a
// [Scratch] nothing is allocated from call to call.
//
// Leaves that share their loops share an engine: [Radial] for functions of the scaled
// distance, [Dot] for functions of the dot product, [Angles] for sines and cosines of
// differences. Sums, products, scales, active columns and fixed parameters are models
// around models. Errors and panics name the kernel: this package has no users but
// package kernel and those that evaluate kernels.
package gram
