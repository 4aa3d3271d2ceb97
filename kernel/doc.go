// Package kernel holds covariance functions as immutable values.
//
// A [Kernel] says how a random function f varies: k(x, y) = Cov(f(x), f(y)).
// Kernels flow from here to gp, which conditions them on data, and to pathwise,
// which draws functions with them:
//
//	k := kernel.Add(
//		kernel.RBF{Variance: 4, Lengthscale: kernel.Shared(10)},
//		kernel.Mul(
//			kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(50)},
//			kernel.Fix(kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1), Period: kernel.Shared(1)}, "variance"),
//		),
//	)
//
// or, as text, kernel.Parse("rbf + rbf*periodic", inputs).
//
// # What a kernel can do
//
// Every kernel has a block of values, [Kernel.Cov], and a diagonal. Parameters
// ([Parametric]) flatten to one slice, each with a name such as
// "sum.1.product.0.RBF.lengthscale". Gradients to parameters ([ParamGrader])
// and to inputs ([InputGrader]) are contractions with a block of weights,
//
//	g_p = sum_ij w_ij dk(x_i, y_j)/dθ_p,
//
// so that their cost is that of a few blocks whatever the number of parameters,
// and their memory that of a block. The prior basis ([Based]) gives features
// phi with k(x, y) = E phi(x).phi(y), with which functions of the prior are
// drawn: random Fourier features for stationary kernels, exact finite ones for
// the others, and by composition for every expression of them.
//
// # Cost
//
// A block of n x m of a leaf costs O(n m D) and n m evaluations of exp, in vector code
// where there is some: about a nanosecond a value of an RBF of 8 inputs with AVX-512.
// Its gradients cost the same again. Blocks are computed by the caller's
// goroutine; callers split work by rows. Row i of a block depends on row i of
// x alone, and is the same bits however x is split.
//
// # How a kernel is described
//
// A leaf describes itself in its own file: its [Family] has the names, roles and
// supports of its fields, what its functions are like, and its engine in
// internal/gram. [Families] lists them; the parser, files, fits and tables read them.
// How an expression is composed is what [Open] says, level by level.
//
// A kernel of your own needs the two methods of [Kernel] to be conditioned, and
// more for more; package kerneltest checks all that it has. It must not embed a kernel
// of this package: see [CheckParams].
package kernel
