package main

import "flag"

// robustOptions are the flags of --robust alone.
type robustOptions struct {
	robust      bool
	realTables  string
	seeds       int
	skipNUTS    bool
	raw         bool
	peerResults string
	made        string
}

func (o *robustOptions) register(f *flag.FlagSet) {
	f.BoolVar(&o.robust, "robust", false, "measure how good fits are, on made sets or --tables, instead")
	f.StringVar(&o.realTables, "tables", "", "--robust: the CSV tables and UCI sets of this `folder` in place of made sets")
	f.IntVar(&o.seeds, "seeds", 1, "--robust --tables: fit each table from so many seeds")
	f.BoolVar(&o.skipNUTS, "skip-nuts", false, "--robust: leave the sampler out, which takes most of the time")
	f.BoolVar(&o.raw, "raw", false, "--robust: fit in the units of the data, not in standardised ones")
	f.StringVar(&o.peerResults, "peer-results", "", "--robust: take the peers' results from this JSON `file`; with --peers, add those that it lacks")
	f.StringVar(&o.made, "made", "", "--robust: write the made sets into this `folder`, as CSV")
}

func (o *robustOptions) check() error {
	defaults := robustOptions{seeds: 1}
	switch {
	case !o.robust && *o != defaults:
		return usagef("--tables, --seeds, --skip-nuts, --raw, --peer-results and --made go with --robust")
	case o.seeds < 1:
		return usagef("--seeds %d: not positive", o.seeds)
	case o.realTables == "" && o.seeds > 1:
		return usagef("--seeds goes with --tables: made sets are fitted from one seed")
	case o.realTables != "" && (o.skipNUTS || o.made != ""):
		return usagef("--tables has no sampler and no made sets: it goes with neither --skip-nuts nor --made")
	}
	return nil
}
