package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"matheron/store"
)

// method is a way to fit a model: all that the command knows of one is here, and in
// the file of its own.
type method struct {
	name  string
	about []string // lines of help
	model string   // what predict and paths then have
	// register adds the flags that have an effect with this method alone; nil for none.
	register func(*pflag.FlagSet)
	// check finds flags that do not go together; nil for none.
	check func(*fitOptions) error
	run   func(context.Context, task) (outcome, *store.Model, error)
}

// methods returns all of them, the default one first. A new method is a file with a
// function that returns it, and its place here. Each call returns methods with flags of
// their own, which register adds to a command.
func methods() []method { return []method{mapMethod(), mlMethod(), nutsMethod(), sparseMethod()} }

// methodNames are the names of --method.
func methodNames() []string {
	var out []string
	for _, m := range methods() {
		out = append(out, m.name)
	}
	return out
}

// methodHelp says what each method does.
func methodHelp() string {
	var b strings.Builder
	for _, m := range methods() {
		name := m.name
		for _, line := range append(slices.Clone(m.about), "Model: "+m.model) {
			fmt.Fprintf(&b, "  %-8s%s\n", name, line)
			name = ""
		}
	}
	return b.String()
}

// methodFlag is the value of --method, and the flags of each method.
type methodFlag struct {
	method
	all   []method
	flags [][]string // the names of those of each
}

// register adds --method and the flags of all methods.
func (f *methodFlag) register(cmd *cobra.Command) {
	f.all = methods()
	f.method = f.all[0]
	cmd.Flags().Var(f, "method", "how it is fitted: "+oneOf(methodNames()))
	for _, m := range f.all {
		var names []string
		if m.register != nil {
			own := pflag.NewFlagSet("", pflag.ContinueOnError)
			m.register(own)
			own.VisitAll(func(flag *pflag.Flag) { names = append(names, flag.Name) })
			cmd.Flags().AddFlagSet(own)
		}
		f.flags = append(f.flags, names)
	}
}

// check finds flags that have no effect, or do not go together, with the method.
func (f *methodFlag) check(cmd *cobra.Command, o *fitOptions) error {
	for i, m := range f.all {
		for _, name := range f.flags[i] {
			if m.name != f.name && cmd.Flags().Changed(name) {
				return usagef("--%s has no effect with --method %s: it is for --method %s", name, f.name, m.name)
			}
		}
	}
	if f.method.check == nil {
		return nil
	}
	return f.method.check(o)
}

func (f *methodFlag) String() string { return f.name }

func (f *methodFlag) Set(s string) error {
	i := slices.IndexFunc(f.all, func(m method) bool { return m.name == s })
	if i < 0 {
		return fmt.Errorf("unknown method, want %s", oneOf(methodNames()))
	}
	f.method = f.all[i]
	return nil
}

func (*methodFlag) Type() string { return "METHOD" }
