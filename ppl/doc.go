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
//	target, err := ppl.NewTarget(model, key, ppl.Decentre("theta"))
//
// In flow programs, data and keys; out flow a [Trace] (one run as plain data), a
// [Target] (a log density on R^Dim, for package infer), and [Samples] (many runs:
// [Prior], [Predictive]).
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
// The laws are those of package prob: [Fixed] and [FixedVector] with parameters
// that are numbers; [Normal] and its kin, [Of] and [OfVector] with parameters on
// the tape, broadcast element by element. Densities and their gradients are
// computed by prob alone, and go on the tape as one node a site. Anything that
// implements [Distribution] can be a law.
//
// # Handlers
//
// Each site goes through a stack of handlers, functions around functions:
//
//	Seed        keys by name, to draw with       Mask      terms that count
//	Substitute  values of random variables       Scale     factors of log densities
//	Condition   values that become data          Plate     dimensions of independent entries
//	Block       hides from handlers further out  Decentre  x = location + scale z
//	Replay      values of a trace                Untransform  x = b(z)
//
// The first of a list sees a site first; those of [Context.With] see it before
// them. One's own is a [Handler], and may change the site, give it a value, add
// sites, or end the run ([Context.Fail]). There is no global state: a handler's
// state is made when a run begins, a context belongs to a goroutine, and a model
// may be run by many at once.
//
// # Failures
//
// Errors name the site ([SiteError]): a repeated name, parameters that make no
// distribution, data that are missing, NaN or of the wrong shape, a density that is
// NaN, sites that change from run to run, a prior that does not fit what it is the
// prior of. A model that panics is a [PanicError] that names the last site. In a
// [Target] a point without density is -Inf and no error; [Target.Explain] says why.
//
// # Cost
//
// A density with gradient costs that of the distributions and of the operations on
// the tape, and some 200 ns and one or two small allocations a site; none grows
// with the data. Eight schools take 4 us. The allocations are those of laws that the
// program makes: a law made outside of it, or by [Context.Fixed], costs none. Work
// that a statement does again each run has storage by [ScratchOf].
package ppl
