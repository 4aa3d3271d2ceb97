package main

import (
	"github.com/spf13/cobra"

	"matheron/gp"
	"matheron/kernel"
)

// check finds flags that do not go together.
func (o *fitOptions) check(cmd *cobra.Command) error {
	return o.method.check(cmd, o)
}

// checkStarts refuses a number of the kernel's text that its prior does not allow.
func (o *fitOptions) checkStarts(expr kernel.Expr) error {
	params := kernel.Params(expr.Kernel)
	var own []gp.ParamPrior // of the kernel; the others are for the fit to look at
	for _, p := range o.priors {
		if len(kernel.MatchNames(params, p.Pattern)) > 0 {
			own = append(own, p)
		}
	}
	priors, err := gp.MatchPriors(params, own)
	if err != nil {
		return err
	}
	for i, p := range params {
		if priors[i] == nil || !expr.Written[i] {
			continue
		}
		if !priors[i].Support().Contains(p.Value) {
			return usagef("%s starts at %v in --kernel, where its prior %v has nothing: write another number, or none", p.Name, p.Value, priors[i])
		}
	}
	return nil
}
