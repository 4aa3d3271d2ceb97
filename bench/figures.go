package main

// Sizes of the work, those of the names.
var (
	large = size{rows: 2000, inputs: 8}
	mid   = size{rows: 500, inputs: 4}
	small = size{rows: 200, inputs: 2}

	// Those of the sampler.
	nutsSmall = size{rows: 28, inputs: 1}
	nutsLarge = size{rows: 200, inputs: 4}
)

const (
	evalPoints = 10000 // common to all paths
	gradPoints = 1000  // distinct for each path
)

// figures returns all figures, in the order of their tables.
func figures() []figure {
	return []figure{
		{"draw_2000x8_256_s", "s", "condition on 2,000 rows of 8 inputs, then draw 256 paths of 1,024 features", lower, drawTime(large, 256), drawFlop(large, 256)},
		{"eval_2000x8_256_ns", "ns", "evaluate those at 10,000 points, a path and point", lower, evalTime(large, 256, evalPoints), evalFlop(large)},
		{"eval_200x2_64_ns", "ns", "the same for 64 paths on 200 rows of 2 inputs", lower, evalTime(small, 64, evalPoints), evalFlop(small)},
		{"grad_2000x8_64_ns", "ns", "gradients of 64 paths on 2,000 rows of 8 inputs, each path at 1,000 points of its own, a path and point", lower, gradTime(large, 64, gradPoints), gradFlop(large)},
		{"evidence_2000x8_s", "s", "log evidence of 2,000 rows of 8 inputs and its gradient to 10 parameters", lower, evidenceTime(large), evidenceFlop(large)},
		{"evidence_500x4_s", "s", "the same for 500 rows of 4 inputs and 6 parameters", lower, evidenceTime(mid), evidenceFlop(mid)},
		{"fit_2000x8_s", "s", "maximum evidence by L-BFGS from one start", lower, fitTime(large), 0},
		{"fit_2000x8_evidence_per_row", "nat", "the log evidence where that fit ends, a row", neither, fitEvidence(large), 0},
		{"dgemm_2048_gflops", "GFlop/s", "product of two matrices of 2,048 x 2,048", higher, dgemm(2048), 0},
		{"dgemm_512_gflops", "GFlop/s", "product of two matrices of 512 x 512", higher, dgemm(512), 0},
		{"dpotrf_2000_gflops", "GFlop/s", "Cholesky factorisation of 2,000 rows", higher, dpotrf(2000), 0},
		{"dpotrf_512_gflops", "GFlop/s", "Cholesky factorisation of 512 rows", higher, dpotrf(512), 0},
		{"exp_ns", "ns", "the exponential of an element of a row, on one core", lower, elementary(exponentials), 0},
		{"sincos_ns", "ns", "its sine and cosine", lower, elementary(sineCosine), 0},
		{"nuts_28x1", "ESS/s", "NUTS over the 3 hyperparameters of 28 rows: 2 chains of 500 + 500, 2 at a time", higher, nuts(nutsSmall), 0},
		{"nuts_200x4", "ESS/s", "the same for the 6 hyperparameters of 200 rows of 4 inputs", higher, nuts(nutsLarge), 0},
		{"svgp_step_256_1024x8_ms", "ms", "a step of a sparse fit: 256 inducing inputs, 1,024 rows of 8 inputs", lower, svgpStep(8), svgpFlop(inducing, batch)},
		{"demo_s", "s", "the process `matheron demo --figures=false`, from start to end", lower, scalar(demoTime), 0},
		{"start_ms", "ms", "the process `matheron version`, from start to end", lower, scalar(startTime), 0},
	}
}
