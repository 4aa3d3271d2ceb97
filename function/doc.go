// Package function is the vocabulary of functions that are drawn from a
// distribution, learned, or known: what makes them (package pathwise, a user's own
// sampler, plain Go) and what asks of them (packages functional, bayesopt, design,
// calibrate, emulate) share these few interfaces and nothing else.
//
//	Function   one function        At(x)                    a number
//	Functions  S functions, D      Len, Inputs, Eval(x)     S x N at the N rows of x
//	Set        S functions, one    Len, Path(i)             a value of any type
//	           at a time
//
// What functions can do beyond that is an ability, an interface of one method. Who
// needs one asks for it once, when something is built of the functions:
//
//	GradFunction   of one: its gradient at x
//	Evaler         of one: its values at the rows of x
//	Grader         of S: gradients at the rows of x
//	EachGrader     of S: gradients at points of each function's own
//	SumGrader      of S: the gradient of a weighted sum
//	Hessianer      of S: second derivatives in closed form
//	EvalerTo       of S: values into a matrix of the caller's
//	EachEvaler     of S: values at points of each function's own
//	Momenter       of S: the mean and the covariance that a function is a draw of
//
// [Evaluator], [EvaluatorTo], [EachEvaluator] and [SumGradient] return the ability of
// functions that have it, and make it of what they can do where they have not.
//
// Paths of package pathwise have all of these but Hessianer. [Func] and [Funcs] make
// functions of plain Go, with differences for gradients that are not given. Package
// pathwise/pathtest checks that functions keep what the interfaces promise.
//
// A function is the same function at every call: its values at points that are asked
// for together, in another order, later or on another goroutine are consistent with
// each other. That is what a draw is for, and what a fresh draw of the marginal at
// each call is not. All methods are safe for concurrent use.
package function
