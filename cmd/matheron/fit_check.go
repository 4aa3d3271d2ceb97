package main

import (
	"github.com/spf13/cobra"
)

// check finds flags that do not go together.
func (o *fitOptions) check(cmd *cobra.Command) error {
	return o.method.check(cmd, o)
}
