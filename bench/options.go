package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// options is a command line.
type options struct {
	json     bool
	only     names
	runs     int
	quick    bool
	peers    bool
	venv     string
	torch    bool
	uci      string
	restarts int
	joint    bool
	cost     bool
	markdown bool
	update   string
	files    []string
	robustOptions
}

// names is a flag that may be repeated, or hold several names with commas between.
type names []string

func (n *names) String() string { return strings.Join(*n, ",") }

func (n *names) Set(text string) error {
	for name := range strings.SplitSeq(text, ",") {
		*n = append(*n, strings.TrimSpace(name))
	}
	return nil
}

// parseOptions reads a command line; what is wrong with it is a *usageError.
func parseOptions(args []string, log io.Writer) (*options, error) {
	o := &options{}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	f.Var(&o.only, "only", "measure the figures, or sets and tables of --robust, of this `name`, or whose names begin with it; may be repeated")
	f.IntVar(&o.runs, "runs", 5, "how often to measure each figure, the best of which counts")
	f.BoolVar(&o.quick, "quick", false, "a sixteenth of each size: a check that all runs, not a measurement")
	f.BoolVar(&o.peers, "peers", false, "run the peers too, and print a table of both")
	f.StringVar(&o.venv, "venv", defaultVenv(), "`folder` of the peers' Python environment, made if it is not there")
	f.BoolVar(&o.torch, "torch", false, "install PyTorch and BoTorch for the peers, about 6 GB, if they are not there")
	f.StringVar(&o.uci, "uci", "", "fit and predict the UCI sets of this `folder` instead")
	f.IntVar(&o.restarts, "restarts", 4, "random restarts of scikit-learn's fits with --uci and --robust")
	f.BoolVar(&o.joint, "joint", false, "set functions beside exact joint draws at ever more points instead")
	f.BoolVar(&o.cost, "cost", false, "show how the cost of evaluation grows with its sizes instead")
	f.BoolVar(&o.markdown, "markdown", false, "measure nothing: print a table from files of --json output")
	f.StringVar(&o.update, "update", "", "put the table between its marks in this Markdown `file` too")
	o.robustOptions.register(f)
	var parseLog strings.Builder
	f.SetOutput(&parseLog)
	if err := f.Parse(args); err == flag.ErrHelp {
		say(log, "%s", strings.TrimSuffix(parseLog.String(), "\n"))
		return nil, err
	} else if err != nil {
		return nil, usagef("%v", err)
	}
	o.files = f.Args()
	return o, o.check()
}

func (o *options) check() error {
	switch {
	case o.runs < 1:
		return usagef("--runs %d: not positive", o.runs)
	case o.restarts < 0:
		return usagef("--restarts %d: negative", o.restarts)
	case o.markdown && (o.peers || o.json || o.tables() > 0):
		return usagef("--markdown measures nothing: it goes with --only and --update alone")
	case o.tables() > 1:
		return usagef("--uci, --joint, --cost and --robust are tables of their own: one at a time")
	case (o.joint || o.cost) && (len(o.only) > 0 || o.peers):
		return usagef("--joint and --cost go with neither --only nor --peers")
	case o.markdown && len(o.files) == 0:
		return usagef("--markdown: no file")
	case !o.markdown && len(o.files) > 0:
		return usagef("unexpected argument %q", o.files[0])
	case o.torch && !o.peers:
		return usagef("--torch goes with --peers")
	case o.robust && (o.update != "" || o.quick || o.torch):
		return usagef("--robust goes with neither --update, nor --quick, nor --torch")
	case o.uci != "" && len(o.only) > 0:
		return usagef("--uci measures no figures: it does not go with --only")
	case o.quick && o.update != "":
		return usagef("--quick measures nothing worth keeping: it does not go with --update")
	case o.update != "" && (o.json || !o.peers && !o.markdown && o.tables() == 0):
		return usagef("--update goes with --peers, --uci, --joint, --cost or --markdown, without --json")
	}
	return o.robustOptions.check()
}

// tables counts what is asked for in place of the figures.
func (o *options) tables() int {
	n := 0
	for _, asked := range []bool{o.uci != "", o.joint, o.cost, o.robust} {
		if asked {
			n++
		}
	}
	return n
}

func (o *options) carryOut(ctx context.Context, out, log io.Writer) error {
	switch {
	case o.uci != "":
		return o.runUCI(ctx, out, log)
	case o.joint:
		return o.runJoint(ctx, out, log)
	case o.cost:
		return o.runCost(ctx, out, log)
	case o.robust:
		return o.runRobust(ctx, out, log)
	}
	chosen, err := choose(figures(), o.only)
	if err != nil {
		return err
	}
	if o.markdown {
		c, err := readComparisons(o.files)
		if err != nil {
			return err
		}
		return o.print(out, "figures", c.markdown(chosen))
	}
	ours, err := measureAll(ctx, chosen, o, log)
	if err != nil {
		return err
	}
	switch {
	case o.peers:
		c, err := o.runPeers(ctx, chosen, log)
		if err != nil {
			return err
		}
		c.set(matheron, ours)
		if o.json {
			return c.writeJSON(out)
		}
		return o.print(out, "figures", c.markdown(chosen))
	case o.json:
		return writeJSON(out, chosen, ours)
	}
	return writeTable(out, chosen, ours)
}

// printTable writes rows as JSON, or as the table that markdown makes of them.
func (o *options) printTable(out io.Writer, mark string, rows any, markdown func() string) error {
	if !o.json {
		return o.print(out, mark, markdown())
	}
	text, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}

// print writes a table, and puts it into the file of --update.
func (o *options) print(out io.Writer, mark, table string) error {
	if o.update != "" {
		if err := updateMarked(o.update, mark, table); err != nil {
			return err
		}
	}
	_, err := io.WriteString(out, table)
	return err
}

// defaultVenv is a folder of the user's cache: never one of the repository.
func defaultVenv() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	return filepath.Join(cache, "matheron", "peers")
}
