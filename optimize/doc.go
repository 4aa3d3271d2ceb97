// Package optimize finds minima of smooth functions, over the whole space or
// over a box, and zeros of functions of one variable.
//
// An [Objective] gives its value and gradient in one call; a [Minimizer] takes
// it from a start to a local minimum,
//
//	x* = argmin f(x),  lower <= x <= upper,
//
// and says in a [Status] why it stopped. [LBFGS] has no bounds, [LBFGSB] has
// them, and [MultiStart] runs either from many starts at once: points that cover a
// box ([SobolStarts]), or the best of those by their values ([Screen]), with [Basin]
// to stay near to them; [Race] gives up searches that are behind others, in [Units]
// that a function of any scale has. What a Minimizer holds are settings: their zero value is
// useful, and one value serves any number of goroutines. A run of one objective is
// deterministic, to the last bit, and neither Observe nor the number of workers
// changes it. Where the objective is rounded otherwise, as on another processor, the
// ends agree to the tolerances.
//
// Where the objective is NaN or +Inf, or its gradient is not finite, it is
// infeasible: a line search that gets there cuts its step back. The start must be
// feasible. At f* = min f over the box the projected gradient vanishes,
//
//	P(x - grad f(x)) - x = 0,
//
// with P the projection on the box; [Box.GradNorm] is its largest component.
//
// Beside its evaluations an iteration costs O(Memory n), and O(Memory²) for each
// bound that the path of projected steepest descent meets: with Memory 10 from 1 to
// 5 us without bounds and 3 to 20 us with them, n from 2 to 200. It allocates
// nothing.
//
// [Root] and [Roots] are Brent's method on a bracket and on a grid.
package optimize
