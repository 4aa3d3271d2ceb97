package main

import (
	"github.com/spf13/cobra"
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
