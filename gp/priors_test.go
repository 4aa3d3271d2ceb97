package gp

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"matheron/kernel"
	"matheron/prob"
)

// The exact name wins, then the longest pattern, then the later, whatever the order.
func TestRuleOfPrecedenceOfPriors(t *testing.T) {
	var params []kernel.Param
	for _, name := range []string{
		"sum.0.RBF.variance", "sum.0.RBF.lengthscale[0]", "sum.0.RBF.lengthscale[1]",
		"sum.1.Matern32.variance", "sum.1.Matern32.lengthscale", NoiseName,
	} {
		params = append(params, kernel.Param{Name: name, Value: 1, Upper: math.Inf(1)})
	}
	for _, c := range []struct {
		patterns []string
		want     []int
	}{
		{nil, []int{-1, -1, -1, -1, -1, -1}},
		{[]string{"variance"}, []int{0, -1, -1, 0, -1, -1}},
		{[]string{"lengthscale", "lengthscale"}, []int{-1, 1, 1, -1, 1, -1}},
		{[]string{"RBF.lengthscale", "lengthscale"}, []int{-1, 0, 0, -1, 1, -1}},
		{[]string{"lengthscale", "RBF.lengthscale"}, []int{-1, 1, 1, -1, 0, -1}},
		{[]string{"sum.0.RBF.lengthscale[1]", "0.RBF.lengthscale", "lengthscale[0]", "lengthscale"}, []int{-1, 1, 0, -1, 3, -1}},
		{[]string{"lengthscale[1]", "lengthscale"}, []int{-1, 1, 0, -1, 1, -1}},
		{[]string{"noise_variance", "variance", "noise_variance"}, []int{1, -1, -1, 1, -1, 2}},
	} {
		got, err := matchPatterns(params, c.patterns)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, %v; want %v", c.patterns, got, err, c.want)
		}
	}
	// A tie of different patterns: the later, and of a map the later as text.
	tie := []kernel.Param{{Name: "ab.ef[0]", Value: 1, Upper: math.Inf(1)}}
	for _, patterns := range [][]string{{"ef[0]", "ab.ef"}, {"ab.ef", "ef[0]"}} {
		if got, err := matchPatterns(tie, patterns); err != nil || got[0] != 1 {
			t.Errorf("%v: %v, %v; want the later", patterns, got, err)
		}
	}
	last := prob.Gamma{Shape: 2, Rate: 1}
	for range 20 { // of a map's orders
		got, err := matchPriors(tie, Priors{"ef[0]": last, "ab.ef": prob.HalfNormal{SD: 1}}.List())
		if err != nil || got[0] != prob.Distribution(last) {
			t.Fatalf("a map: %v, %v; want %v", got, err, last)
		}
	}
	var unknown *UnknownParam
	_, err := matchPatterns(params, []string{"variance", "lenghtscale"})
	if !errors.As(err, &unknown) || unknown.Pattern != "lenghtscale" || len(unknown.Names) != len(params) {
		t.Errorf("a pattern that matches nothing: %v", err)
	}
}

// The short pattern that came later once took the place of the longer one.
func TestFitPrefersTheLongerPattern(t *testing.T) {
	x, y := wave(30, 1, 0.1, math.Sin)
	long, short := prob.LogNormal{Mu: math.Log(0.05), Sigma: 0.01}, prob.HalfNormal{SD: 1}
	var first []kernel.Param
	for _, priors := range [][]ParamPrior{
		{{"RBF.lengthscale", long}, {"lengthscale", short}},
		{{"lengthscale", short}, {"RBF.lengthscale", long}},
	} {
		out, err := Fit{Priors: priors}.Run(context.Background(), Prior{Kernel: rbf()}, x, y)
		if err != nil {
			t.Fatal(err)
		}
		// The prior's standard deviation is 1%: the data cannot move it by ten of these.
		if l := valueOf(t, out, "RBF.lengthscale"); math.Abs(math.Log(l/0.05)) > 0.1 {
			t.Errorf("%v: lengthscale %v, the prior of RBF.lengthscale is at 0.05", priors, l)
		}
		if first == nil {
			first = out.Params
		} else if !slices.Equal(out.Params, first) {
			t.Errorf("%v: another order has other parameters: %v, %v", priors, out.Params, first)
		}
	}
}

// noGradient is a distribution that no climb can use.
type noGradient struct{ prob.Distribution }

// One prior without a gradient once left out the log densities of all priors, without
// a word.
func TestPriorWithoutAGradientIsAnError(t *testing.T) {
	x, y := wave(20, 1, 0.1, math.Sin)
	priors := []ParamPrior{
		{"lengthscale", prob.LogNormal{Mu: math.Log(0.05), Sigma: 0.01}},
		{"variance", noGradient{prob.LogNormal{}}},
	}
	out, err := Fit{Priors: priors}.Run(context.Background(), Prior{Kernel: rbf()}, x, y)
	if err == nil || !strings.Contains(err.Error(), "RBF.variance") || !strings.Contains(err.Error(), "gradient") {
		t.Errorf("%+v, error %v", out, err)
	}
}
