// Package basis holds finite feature sets of Gaussian-process priors: what
// turns a covariance function into functions that can be called.
//
// It takes frequencies (or exact harmonics, exponents) and a variance, and gives
// a [Basis] phi with
//
//	f(x) = sum_j w_j phi_j(x),  w ~ N(0, I)  =>  Cov(f(x), f(y)) = phi(x) . phi(y)
//
// where phi(x) . phi(y) is k(x, y) exactly ([Harmonics], [Monomials], and what
// is composed of them) or in expectation over the frequencies ([Fourier]). The
// package knows no kernel: a kernel names its symmetric spectral measure by a
// [Spectrum] and calls [Draw] or [DrawFourier].
//
//	phi_j(x) = sqrt(v/m) {sin, cos}(omega_j . x)       Fourier, SinCos, F = 2m
//	phi_j(x) = sqrt(2v/F) cos(omega_j . x + b_j)       Fourier, CosPhase, F = m
//	phi_j(x) = sqrt(c_j) {sin, cos}(omega_j . x)       Harmonics
//	phi_j(x) = a_j prod_d x_d^e_jd                     Monomials
//
// Sums of kernels concatenate ([Stack]), a fixed factor multiplies ([Scaled]),
// active dimensions select columns ([Active]). A product of stationary kernels
// adds frequencies: hand their spectra to Draw together. A product with a
// kernel of finite rank is a [Kronecker] product of features.
//
// Frequencies are angular, in radians a unit of x: k(r) = v E cos(omega . r).
//
// Every type is immutable and safe for many goroutines. Row i of a result
// depends on row i of x alone, to the bit, so a caller may cut rows into tiles
// and run tiles in parallel; nothing here starts a goroutine. Evaluating costs
// O(N F D) multiplications and N F/2 sine-cosine pairs; a call allocates
// O(F) scratch numbers, composed types O(64 F). Sines and cosines are within 1.5 ulp
// at phases up to 1e6 radians, and those of the standard library beyond.
package basis
