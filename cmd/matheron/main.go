// Command matheron fits Gaussian processes to tables, draws posterior functions
// from them, and evaluates and differentiates these anywhere.
//
//	matheron fit --data train.csv --target y --out model.json
//	matheron predict --model model.json --data new.csv --out predictions.csv
//	matheron paths --model model.json --count 64 --out draws.paths
//	matheron eval --paths draws.paths --data new.csv --grad --out values.csv
//	matheron demo
//
// Tables are CSV with a header, plain or compressed by gzip, or Parquet; "-" is
// standard input or output. Results go to standard output, progress bars and
// errors to standard error. The exit code is 0, 1 after an error of data, numbers
// or files, 2 after one of usage, and 130 after an interrupt.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first interrupt ends the work in order, a second one at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:]))
}
