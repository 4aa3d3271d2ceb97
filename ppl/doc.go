// Package ppl is probabilistic programs: a [Model] is a Go function that says how
// data came about, and handlers turn it into what one needs of it: draws, traces,
// densities with gradients, predictions.
//
//	model := func(c *ppl.Context) {
//		mu := c.Sample("mu", ppl.Of(prob.Normal{SD: 5}))
//		tau := c.Sample("tau", ppl.Of(prob.HalfCauchy{Scale: 5}))
//		c.Plate("school", 8, func() {
//			theta := c.Sample("theta", ppl.Normal(mu, tau))
//			c.Observe("y", ppl.Normal(theta, c.ConstVector(sigma...)), y...)
//		})
//	}
//	target, err := ppl.NewTarget(model, key, ppl.NonCentered("theta"))
//	draws, err := infer.NUTS{}.Run(ctx, target, infer.Run{Key: key})
//	replicates, err := ppl.Predictive(ctx, target, draws, key)
//
// It takes programs, data and keys, and gives a [Trace] (one run as plain data), a
// [Target] (a log density on R^Dim, for package infer), and [Samples] (many runs:
// [Prior], [Predictive], [LogLikelihood]). A Target has the program and its handlers,
// and [Target.Run] runs them at a point.
//
// # Sites
//
// A program runs on the tape of package ad of its [Context]. Each of its statements
// is a [Site] with a name of its own: a random variable ([Context.Sample]), data
// ([Context.Observe]), a term of the log density ([Context.Factor]), or a value to
// be recorded ([Context.Deterministic]). Names are free; those of parameters have
// the form RBF.lengthscale. The density of a program is
//
//	log p(x, data) = sum over sites of scale_i sum over unmasked terms of log p(x_i | what came before)
//
// # Distributions
//
// The distributions are those of package prob, given to a site by [Of] and
// [OfVector] with parameters that are numbers or values on the tape; [Normal] and
// the others like it are short for the latter. Parameters broadcast element by
// element. Package prob computes densities and their gradients, which go on the tape
// as one node a site. Anything else that implements [Distribution] serves too.
//
// # Handlers
//
// Each site goes through a stack of handlers, functions around functions:
//
//	Seed        keys by name, to draw with       Mask         terms that count
//	Substitute  values of random variables       Scale        factors of log densities
//	Condition   values that become data          Plate        dimensions of independent entries
//	Block       hides from handlers further out  NonCentered  x = location + scale z
//	Replay      values of a trace                Untransform  x = b(z)
//
// The first of a list sees a site first; those of [Context.With] see it before
// them. A [Handler] of your own may change the site, give it a value, add sites, or
// end the run ([Context.Fail]). There is no global state: a handler's state is made
// when a run begins, a context belongs to a goroutine, and a model may be run by many
// goroutines at once.
//
// # Failures
//
// Errors name the site ([SiteError]): a repeated name, parameters that make no
// distribution, data that are missing, NaN or of the wrong shape, a density that is
// NaN, sites that change from run to run, a prior that reaches outside of the support
// of its parameter. A model that panics is a [PanicError] that names the last site. In
// a [Target] a point without density is -Inf and no error; [Target.Explain] says why.
//
// # Cost
//
// A density with gradient costs that of the distributions and of the operations on
// the tape, and besides some 200 ns and one or two small allocations a site, which do
// not grow with the data. Eight schools take 4 us. The allocations are those of the
// distributions that the program makes; one made outside of the program, or by
// [Context.Of], costs none. [ScratchOf] gives a statement storage that lasts from run
// to run.
package ppl
