package main

import (
	"fmt"
	"slices"

	"matheron/gp"
	"matheron/store"
)

// meanChoice is the value of --mean: an index of means.
type meanChoice int

const (
	meanConstant meanChoice = iota
	meanZero
	meanLinear
)

// means are the names of --mean.
func means() []string { return []string{"constant", "zero", "linear"} }

func (m *meanChoice) String() string { return means()[*m] }

func (m *meanChoice) Set(s string) error {
	i := slices.Index(means(), s)
	if i < 0 {
		return fmt.Errorf("unknown mean, want %s", oneOf(means()))
	}
	*m = meanChoice(i)
	return nil
}

func (*meanChoice) Type() string { return "MEAN" }

// mean returns the mean to be fitted; nil is the constant that a fit chooses.
func (t task) mean() gp.Mean {
	switch t.options.mean {
	case meanZero:
		return gp.Zero{}
	case meanLinear:
		return gp.Linear{Slopes: make([]float64, len(t.units.Inputs))}
	}
	return nil
}

// given marks the parameters, the kernel's and then the mean's, at whose numbers the
// fit starts: those of the mean are never written.
func (t task) given() []bool {
	return append(slices.Clone(t.expr.Written), make([]bool, len(gp.MeanParams(t.mean())))...)
}

// meanText says which mean f has: its parameters are among the others, unless it is
// held where the targets' own is.
func (f *fit) meanText() string {
	text := f.options.mean.String()
	m, ok := f.model.Prior.Mean.(gp.Constant)
	fitted := func(p store.ParamInfo) bool { return p.Name == m.Params()[0].Name }
	if !ok || slices.ContainsFunc(f.model.Fit.Params, fitted) {
		return text
	}
	return f.inUnits(text + ", held at " + formatNumber(m.Value))
}
