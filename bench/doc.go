// Command bench measures Matheron, and sets it beside what else a user would pick.
//
//	go run ./bench                       every figure, as a table
//	go run ./bench --json                the same as one JSON object
//	go run ./bench --only eval           the figures whose names begin so
//	go run ./bench --peers               ours and the peers' in one run, as a table
//	go run ./bench --uci DIR [--peers]   predictions on the UCI regression sets
//	go run ./bench --robust [--peers]    how good fits are, on sets of known truth
//	go run ./bench --joint               functions beside exact joint draws
//	go run ./bench --cost                how the cost of evaluation grows
//	go run ./bench --markdown FILE...    a table from saved output of --json
//
// A figure is the best of several runs after a warm-up, in float64, on all CPUs,
// since other work only ever adds time. Compare the figures of two programs by their
// ratio in one run, with nothing else running.
//
// The peers are short Python programs in bench/peers, built into the binary, that
// do the same work on the same table; they run in a virtual environment that
// --peers sets up outside of the repository.
//
// Results go to standard output, messages to standard error. The exit
// code is 0, 1 after an error, 2 after one of usage, and 130 after an interrupt.
package main
