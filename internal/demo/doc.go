// Package demo is the worked example: one table, from a Gaussian process with
// fixed hyperparameters to functions with the hyperparameters integrated out, and
// twelve uses of such functions. It computes; it draws no figures and prints
// nothing.
//
// It takes a seed and, if there is one, a user's own table of one input, and gives
// Results, plain numbers with a documented key each, and the curves that figures
// are made of.
//
//	results, err := demo.Run(ctx, demo.Options{Seed: 0}, nil)
//	text, err := json.MarshalIndent(results, "", "  ") // summary.json
//
// # The data
//
// Without a table: 28 readings, x evenly on [-1.5, 1.5], of
//
//	f(x) = sin 3x + 0.3 cos 11x
//
// with normal noise of standard deviation 0.15, known; questions are asked on
// [-2, 2], on a grid of 200 points. Of a table of one's own the truth is not
// known: kernel and noise are fitted by MAP first, the interval of questions is
// the range of the data and a third of it more, and levels are in standard
// deviations of the target around its mean.
//
// # The order of things
//
// New makes the data, the exact posterior and 64 functions of it, which all uses
// share. Each section and use is then a method of Example that computes one result,
// and takes what it needs of an earlier one as an argument. Run calls all of them
// in order.
//
// # Randomness
//
// All of it comes from the seed, each part from a key of its own: on one
// machine the same seed gives the same bits for any GOMAXPROCS, and no part changes
// another. Elsewhere fits, draws of hyperparameters and what follows from them differ.
package demo
