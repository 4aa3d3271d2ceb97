// Package hyper joins programs and Gaussian processes: it is the only bridge
// between ppl and gp.
//
// [Sample] makes the parameters of a process random variables of a program: each
// free parameter of a [gp.Parameters] that has a prior is a site under its own name,
// such as RBF.lengthscale or noise_variance; [Set] puts what the program has computed
// in the place of others. [Factor] adds the evidence of the data under them to the
// program's density, with its gradient to every such parameter from one
// factorisation. [Posteriors] turns draws of the program's target into a [gp.Mixture] of
// exact posteriors, one for each draw, from which a [matheron/pathwise.Sampler] draws
// functions with the parameters integrated out.
//
//	params, err := gp.NewParameters(
//		gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.3)}, Jitter: 1e-4},
//		gp.Noise(0.15*0.15),
//		gp.ParameterOptions{Priors: gp.Priors{
//			"variance":    prob.LogNormal{Mu: 0, Sigma: 0.3},
//			"lengthscale": prob.LogNormal{Mu: math.Log(0.3), Sigma: 0.3},
//		}.List()})
//	model := func(c *ppl.Context) {
//		hyper.Factor(c, "obs", hyper.Sample(c, params), x, y)
//	}
//
// The parameters are made once, outside of the program, and what is wrong with them is
// an error there. A parameter without a prior, as the noise is here, keeps its value.
//
// A posterior holds numbers: what is drawn from it has the parameters of one draw, in
// the prior path and in the correction alike.
//
// # Cost
//
// One evaluation of the evidence with its gradient is N^3 flop, whatever the
// number of parameters. A run of the program keeps its N x N storage for the next
// and allocates nothing.
package hyper
