// Package hyper joins programs and Gaussian processes: it is the only bridge
// between ppl and gp.
//
// [Kernel] gives the parameters of a kernel prior laws, each a site of the
// program under the parameter's own name, such as RBF.lengthscale; [Mean] and
// [NoiseVariance] do so for the mean and the noise, and [KernelOf], [MeanOf] and
// [NoiseOf] take parameters that the program has computed. [Factor] adds the
// evidence of the data under them to the program's density, with its gradient to
// every such parameter from one factorisation. [Posteriors] turns
// draws of the parameters into a [gp.Mixture] of exact posteriors, one a draw, from which
// a [matheron/pathwise.Sampler] draws functions with the hyperparameters integrated out.
//
//	model := func(c *ppl.Context) {
//		k := hyper.Kernel(c, kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.3)}, hyper.Priors{
//			"variance":    prob.LogNormal{Mu: 0, Sigma: 0.3},
//			"lengthscale": prob.LogNormal{Mu: math.Log(0.3), Sigma: 0.3},
//		})
//		hyper.Factor(c, "obs", gp.Prior{Kernel: k, Jitter: 1e-4}, x, y, gp.Noise(0.15*0.15))
//	}
//
// Hyperparameters are fixed before anything is drawn: a posterior holds numbers,
// and its paths have them in the prior path and in the correction alike.
//
// # Cost
//
// One evaluation of the evidence with its gradient is N^3 flop, whatever the
// number of parameters. A run of the program keeps its N x N storage for the next
// and allocates nothing, but for priors whose numbers the program computes each time:
// the logarithm above costs 16 bytes a run, and a law made outside none.
package hyper
