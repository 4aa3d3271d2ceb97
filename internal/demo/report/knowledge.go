package report

import (
	"fmt"
	"math"
	"slices"

	"matheron/internal/demo"
	"matheron/plot"
	"matheron/prob"
)

func (b book) levelSet() Part {
	r := b.r.LevelSet
	f := b.over(minus("Where the functions cross " + significant(r.Level, 3)))
	b.data(f)
	band := b.r.Baseline.Band
	for i, y := range band.Thin {
		label := ""
		if i == 0 {
			label = "six of the functions"
		}
		f.Line(band.X, y, label, plot.Style{Color: plot.Sky, Width: 0.9})
	}
	f.HLine(r.Level, "level")
	var all, levels []float64
	for _, roots := range r.Roots[:min(len(band.Thin), len(r.Roots))] {
		for _, x := range roots {
			all, levels = append(all, x), append(levels, r.Level)
		}
	}
	f.Points(all, levels, "their crossings", plot.Style{Color: plot.Green, Width: 5})
	all = nil
	for _, roots := range r.Roots {
		all = append(all, roots...)
	}
	h := plot.New(plot.Options{Title: "Crossings of all functions", X: b.s.Table.Input, Y: "density", XLim: b.interval()})
	h.Histogram(all, 60, "", green)
	return Part{
		Lead: "Where is the function at a level? On each function the crossings are found as roots, to all digits; how many there are, and how long the function is below, are then numbers with a distribution.",
		Tables: []Table{{Rows: [][]string{
			{"crossings a function", fmt.Sprintf("%s, from %d to %d", estimate(r.Crossings), r.Fewest, r.Most)},
			{"length of the set below the level", estimate(r.Length)},
			{"the same by the integral of P(f < level)", number(r.LengthExact)},
			{"a crossing beyond the last reading", chance(r.Beyond)},
		}}},
		Figures: []Figure{{
			Name: "level-set", Sheet: stack(minus("Crossings of the level "+significant(r.Level, 3)), f, h),
			Caption: "Within the data the functions agree on where they cross; beyond them any place will do.",
			Alt:     "Six functions with their crossings of the level, and the density of the crossings of all functions over the input.",
		}},
	}
}

func (b book) activeLearning() Part {
	r := b.r.ActiveLearning
	panel := func(title, y string, x, score []float64, best demo.Best) *plot.Figure {
		f := plot.New(b.axes(title, y))
		f.Line(x, score, "score", blue)
		f.VLine(best.X, "best", green)
		return f
	}
	variance := panel("Predictive variance, and a set by joint entropy", "var f", r.X, r.VarianceCurve, r.Variance)
	var y []float64
	for _, x := range r.Entropy.X {
		y = append(y, r.VarianceCurve[nearest(r.X, x)])
	}
	variance.Points(r.Entropy.X, y, "set", plot.Style{Color: plot.Orange, Width: 8})
	return Part{
		Lead: "Where should one read next in order to know more: of the function, of its hyperparameters, or of its least value? Each is a score of the candidates, greater being better.",
		Tables: []Table{{Head: []string{"score", "best at " + b.s.Table.Input, "there"}, Rows: [][]string{
			{"predictive variance", number(r.Variance.X), significant(r.Variance.Score, 3)},
			{"of the exact posterior there", number(r.Variance.X), significant(r.VarianceExact, 3)},
			{fmt.Sprintf("BALD, %d draws of the hyperparameters", r.BALDModels), number(r.BALD.X), significant(r.BALD.Score, 3) + " nats"},
			{"max-value entropy", number(r.MaxValueEntropy.X), significant(r.MaxValueEntropy.Score, 3) + " nats"},
		}}, {Rows: [][]string{
			{"set picked by joint entropy", list(r.Entropy.X)},
			{"its joint entropy", number(r.Entropy.Entropy) + " nats"},
			{"by the exact posterior", number(r.Entropy.Exact) + " nats"},
		}}},
		Figures: []Figure{{
			Name: "active-learning",
			Sheet: stack("Where to read next",
				variance,
				panel("BALD: the hyperparameters", "nats", r.BALDX, r.BALDCurve, r.BALD),
				panel("Max-value entropy: the least value", "nats", r.X, r.MaxValueCurve, r.MaxValueEntropy)),
			Caption: "Three scores of the same candidates. They ask for different readings.",
			Alt:     "Curves of predictive variance, BALD and max-value entropy over the input, each with its maximum marked.",
		}},
	}
}

// nearest returns the place of the number in x closest to v.
func nearest(x []float64, v float64) int {
	at := 0
	for i := range x {
		if math.Abs(x[i]-v) < math.Abs(x[at]-v) {
			at = i
		}
	}
	return at
}

func (b book) surrogate() Part {
	r := b.r.Surrogate
	f := plot.New(plot.Options{Title: "Which input gave the output that was observed?", X: "input u of the simulator", Y: "density"})
	density(f, r.PriorMean-3*r.PriorSD, r.PriorMean+3*r.PriorSD, func(x float64) float64 {
		return math.Exp(prob.Normal{Mean: r.PriorMean, SD: r.PriorSD}.LogProb(x))
	}, "prior", plot.Style{Color: plot.Muted})
	histograms(f, 40, [][]float64{slices.Concat(r.Simulator.Draws...), slices.Concat(r.Surrogate.Draws...)},
		[]string{"with the simulator", "with functions in its place"},
		[]plot.Style{{Color: plot.Orange, Opacity: 0.45}, {Color: plot.Blue, Opacity: 0.45}})
	f.VLine(r.U, "to be found", vermillion)
	table := Table{Head: []string{"posterior of u", "with the simulator", "with functions"}}
	for _, line := range []struct {
		name string
		of   func(a demo.Answer) string
	}{
		{"mean", func(a demo.Answer) string { return estimate(demo.Estimate{Value: a.Mean, SE: a.MCSE}) }},
		{"sd", func(a demo.Answer) string { return significant(a.SD, 3) }},
		{"5% to 95%", func(a demo.Answer) string { return significant(a.Q05, 3) + " to " + significant(a.Q95, 3) }},
		{"ESS", func(a demo.Answer) string { return fmt.Sprintf("%.0f", a.ESS) }},
		{"R-hat", func(a demo.Answer) string { return fmt.Sprintf("%.3f", a.RHat) }},
		{"divergences", func(a demo.Answer) string { return fmt.Sprint(a.Divergences) }},
	} {
		table.Rows = append(table.Rows, []string{line.name, line.of(r.Simulator), line.of(r.Surrogate)})
	}
	return Part{
		Lead: "A simulator has been run at the inputs of the table and is too slow to run again. One output of it is observed with noise, and its input is sought by NUTS, " +
			"with the functions, integrated out, in the simulator's place; beside it is the answer with the simulator itself.",
		Tables: []Table{table, {Rows: [][]string{
			{"observed", fmt.Sprintf("%s, noise sd %s", number(r.Y), significant(math.Sqrt(r.NoiseVariance), 3))},
			{"input to be found", number(r.U)},
			{"functions, features of each", fmt.Sprintf("%d, %d", r.Paths, r.Features)},
			{"functions that have a say there", significant(r.EffectivePaths, 3)},
		}}},
		Figures: []Figure{{
			Name: "surrogate", Sheet: one(f),
			Caption: "Draws of NUTS. The surrogate's answer is a little wider, as it should be: the simulator is not known.",
			Alt:     "Histograms of the posterior of the simulator's input, with the simulator and with functions in its place, over the prior.",
		}},
	}
}

func (b book) information() Part {
	r := b.r.Information
	curve := plot.New(b.axes("What one reading tells", "nats"))
	curve.Line(r.X, r.Curve, "closed form", orange)
	intervals(curve, singles(r.Single), r.Single)
	several := plot.New(plot.Options{Title: "What three readings tell", X: "design, in the order of the table", Y: "nats"})
	at, exact := make([]float64, len(r.Designs)), make([]float64, len(r.Designs))
	for i, d := range r.Designs {
		at[i], exact[i] = float64(i+1), d.Exact
	}
	intervals(several, at, r.Designs)
	several.Points(at, exact, "closed form", plot.Style{Color: plot.Orange, Width: 8})
	table := Table{Head: []string{"design", "readings at", "nested Monte Carlo", "its bias", "lower bound", "closed form"}}
	for i, d := range r.Designs {
		table.Rows = append(table.Rows, []string{fmt.Sprintf("%d: %s", i+1, d.Name), list(d.Places), estimate(d.Gain), significant(d.Bias, 2), number(d.Lower), number(d.Exact)})
	}
	return Part{
		Lead: "How much would an experiment tell about the function? Its expected information gain, in nats, by nested Monte Carlo: outcomes from some draws, their evidence from others. " +
			"Of a Gaussian process it has a closed form, half a log determinant.",
		Tables: []Table{table, {Rows: [][]string{
			{"draws for outcomes and for evidence", fmt.Sprintf("%d, %d", r.Outer, r.Inner)},
			{"best design", r.Best},
		}}},
		Figures: []Figure{{
			Name: "information", Sheet: row("Expected information gain of designs", curve, several),
			Caption: "Estimates with two standard errors, and closed forms.",
			Alt:     "Left: the gain of one reading over the input, by nested Monte Carlo and in closed form. Right: the gain of four designs of three readings.",
		}},
	}
}

func singles(d []demo.Design) []float64 {
	var x []float64
	for _, v := range d {
		x = append(x, v.Places[0])
	}
	return x
}

// intervals adds the estimates of designs with two standard errors.
func intervals(f *plot.Figure, x []float64, d []demo.Design) {
	y, lo, hi := make([]float64, len(d)), make([]float64, len(d)), make([]float64, len(d))
	for i, v := range d {
		y[i], lo[i], hi[i] = v.Gain.Value, v.Gain.Value-2*v.Gain.SE, v.Gain.Value+2*v.Gain.SE
	}
	f.Intervals(x, lo, hi, "nested Monte Carlo")
	f.Points(x, y, "", plot.Style{Color: plot.Blue, Width: 5})
}
