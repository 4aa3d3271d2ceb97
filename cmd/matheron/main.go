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
// or files, 2 after one of usage, and 128 + n after signal n: 130 for an interrupt,
// 129 for a terminal that is gone, 143 for a request to end.
package main

import (
	"context"
	"os"
)

func main() { os.Exit(run(withSignals(context.Background()), os.Args[1:])) }
