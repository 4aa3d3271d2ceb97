package main

import (
	"github.com/spf13/cobra"

	"matheron/kernel"
	"matheron/prob"
)

// check finds flags that do not go together.
func (o *fitOptions) check(cmd *cobra.Command) error {
	if o.method == methodML && len(o.priors) > 0 {
		return usagef("--prior has no effect with --method ml: use --method map")
	}
	for _, own := range []struct {
		method method
		flags  []string
	}{{methodNUTS, nutsFlags()}, {methodSparse, sparseFlags()}} {
		for _, name := range own.flags {
			if own.method != o.method && cmd.Flags().Changed(name) {
				return usagef("--%s has no effect with --method %s: it is for --method %s", name, &o.method, &own.method)
			}
		}
	}
	if o.method == methodNUTS {
		return o.nuts.check()
	}
	return nil
}

// checkStarts refuses a number of the kernel's text that its prior does not allow.
func (o *fitOptions) checkStarts(expr kernel.Expr) error {
	params := kernel.Params(expr.Kernel)
	law := make([]prob.Distribution, len(params))
	for _, p := range o.priors {
		for _, i := range kernel.MatchNames(params, p.Pattern) {
			law[i] = p.Prior
		}
	}
	for i, p := range params {
		if law[i] == nil || !expr.Written[i] {
			continue
		}
		if !law[i].Support().Contains(p.Value) {
			return usagef("%s starts at %v in --kernel, where its prior %v has nothing: write another number, or none", p.Name, p.Value, law[i])
		}
	}
	return nil
}
