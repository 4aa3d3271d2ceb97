package report

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/demo"
	"matheron/plot"
)

func (b book) linear() Part {
	r := b.r.Linear
	panel := func(x string, values []float64, l demo.LinearFunctional) *plot.Figure {
		f := plot.New(plot.Options{X: x, Y: "density"})
		f.Histogram(values, 12, "functions")
		normal(f, l.ExactMean, l.ExactSD, "closed form", orange)
		truly(f, l.Truth)
		return f
	}
	n := len(r.Places)
	mean, lo, hi := make([]float64, n), make([]float64, n), make([]float64, n)
	exactLo, exactHi := make([]float64, n), make([]float64, n)
	for j := range n {
		v := mat.Col(nil, j, r.Operator)
		m, sd := moments(v)
		mean[j], lo[j], hi[j] = m, m-1.96*sd, m+1.96*sd
		exactLo[j], exactHi[j] = r.OperatorMean[j]-1.96*r.OperatorSD[j], r.OperatorMean[j]+1.96*r.OperatorSD[j]
	}
	second := plot.New(plot.Options{Title: "−f'' among the data", X: b.s.Table.Input, Y: "−f''"})
	second.Band(r.Places, exactLo, exactHi, "closed form, 95%", orange)
	second.Line(r.Places, r.OperatorMean, "closed form", orange)
	second.Intervals(r.Places, lo, hi, "functions, 95%")
	second.Points(r.Places, mean, "", plot.Style{Color: plot.Blue, Width: 5})
	if r.OperatorTruth != nil {
		second.Points(r.Places, r.OperatorTruth, "truth", plot.Style{Color: plot.Vermillion, Width: 6})
	}
	table := Table{Head: []string{"", "integral", "inner product", "−f''"}}
	three := []demo.LinearFunctional{r.Integral, r.Inner, r.Curvature}
	line := func(name string, of func(l demo.LinearFunctional) string) {
		table.Rows = append(table.Rows, []string{name, of(three[0]), of(three[1]), of(three[2])})
	}
	line("functions", func(l demo.LinearFunctional) string { return estimate(l.Mean) })
	line("closed form", func(l demo.LinearFunctional) string { return significant(l.ExactMean, 3) })
	line("sd of the functions", func(l demo.LinearFunctional) string { return significant(l.SD, 3) })
	line("sd in closed form", func(l demo.LinearFunctional) string { return significant(l.ExactSD, 3) })
	if r.Integral.Truth != nil {
		line("truth", func(l demo.LinearFunctional) string { return significant(*l.Truth, 3) })
	}
	return Part{
		Lead: "Integrals, inner products with a test function and derivatives are linear in the function: on each function they are computed by adaptive quadrature and differences, " +
			"as one would of any function, and the Gaussian process has their distribution in closed form. −f'', here in the middle of the data, is the left side of a Poisson equation.",
		Tables: []Table{table},
		Figures: []Figure{
			{
				Name: "linear", Sheet: row("Two integrals of each function", panel("integral over the data", r.IntegralValues, r.Integral), panel("inner product with a bump", r.InnerValues, r.Inner)),
				Caption: "The functions' integrals (bars) and the closed-form distribution (line).",
				Alt:     "Histograms of the integral and of the inner product over the functions, with the normal densities in closed form.",
			},
			{
				Name: "curvature", Sheet: one(second),
				Caption: "A differential operator on each function, beside its distribution in closed form.",
				Alt:     "Minus the second derivative at some places: intervals over the functions on the closed-form 95% band.",
			},
		},
	}
}

func moments(v []float64) (mean, sd float64) {
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		sd += (x - mean) * (x - mean) / float64(len(v)-1)
	}
	return mean, math.Sqrt(sd)
}

func (b book) calibration() Part {
	r := b.r.Calibration
	bins := len(r.PIT)
	edges, heights := make([]float64, bins+1), make([]float64, bins)
	for i, n := range r.PIT {
		edges[i+1], heights[i] = float64(i+1)/float64(bins), float64(n)
	}
	pit := plot.New(plot.Options{Title: "Probability integral transforms", X: "transform", Y: "readings"})
	pit.Bars(edges, heights, "held-out readings")
	p := 1 / float64(bins)
	expected, sd := float64(r.Rows)*p, math.Sqrt(float64(r.Rows)*p*(1-p))
	pit.HLine(expected, "expected", orange)
	pit.HLine(expected+2*sd, "two sd from it")
	pit.HLine(math.Max(0, expected-2*sd), "two sd from it")

	fit := plot.New(plot.Options{Title: "A fit by the energy score", X: "iteration", Y: "energy score"})
	var step, score []float64
	for i, t := range r.Fit.Trace {
		step, score = append(step, float64(i)), append(score, t.Score)
	}
	fit.Line(step, score, "L-BFGS", blue)
	fit.Points(step, score, "", blue)
	table := Table{Head: []string{"energy score by log of", "gradient", "finite difference"}}
	for j, name := range []string{"variance", "lengthscale"} {
		table.Rows = append(table.Rows, []string{name, significant(r.Fit.Gradient[j], 7), significant(r.Fit.Difference[j], 7)})
	}
	base := b.r.Baseline
	return Part{
		Lead: "Are the predictions right about their own uncertainty? Readings that the functions have not seen are held against them. " +
			"The scores are differentiable: with the randomness of the functions held fixed, the energy score has a gradient to the hyperparameters, and can be fitted by.",
		Tables: []Table{
			{Rows: [][]string{
				{"readings held out, functions", fmt.Sprintf("%d, %d", r.Rows, r.Paths)},
				{"Kolmogorov–Smirnov distance of the transforms", fmt.Sprintf("%s, P = %s", significant(r.KS, 2), significant(r.KSP, 2))},
				{"mean CRPS, by functions and in closed form", estimate(r.CRPS) + ", " + significant(r.ExactCRPS, 3)},
				{"energy score of all readings together", number(r.Energy)},
			}},
			table,
			{Head: []string{fmt.Sprintf("%d functions", r.Fit.Paths), "energy score", "variance", "lengthscale"}, Rows: [][]string{
				{"as they are", number(r.Fit.Score), significant(base.Variance, 3), significant(base.Lengthscale, 3)},
				{fmt.Sprintf("fitted, %d evaluations", r.Fit.Evaluations), number(r.Fit.Fitted), significant(r.Fit.Variance, 3), significant(r.Fit.Lengthscale, 3)},
			}},
		},
		Figures: []Figure{{
			Name: "calibration", Sheet: row("Calibration, and a fit by a score", pit, fit),
			Caption: "A flat histogram is a calibrated prediction. On the right, the score along the search.",
			Alt:     "Left: histogram of probability integral transforms with its expected height. Right: the energy score falls over the iterations of a fit.",
		}},
	}
}

func (b book) policy() Part {
	r := b.r.Policy
	steps := make([]float64, r.Horizon+1)
	for i := range steps {
		steps[i] = float64(i)
	}
	f := plot.New(plot.Options{Title: "One trajectory in each world", X: "step", Y: "state (" + b.s.Table.Input + ")"})
	all := mat.NewDense(len(r.Trajectories), len(steps), nil)
	for i, t := range r.Trajectories {
		all.SetRow(i, t)
	}
	f.Paths(steps, all, 0, "functions as dynamics", plot.Style{Opacity: 0.4})
	f.Line(steps, r.Mean, "mean dynamics", plot.Style{Color: plot.Orange, Width: 2.2})
	if r.TruthTrajectory != nil {
		f.Truth(steps, r.TruthTrajectory, "true dynamics")
	}
	h := plot.New(plot.Options{Title: "Return", X: "return", Y: "density"})
	h.Histogram(r.Returns, 14, "functions")
	h.VLine(r.MeanDynamics, "mean dynamics", plot.Style{Color: plot.Orange, Width: 2})
	truly(h, r.Truth)
	numbers := [][]string{
		{"return over the functions", fmt.Sprintf("%s, sd %s", estimate(r.Return.Mean), significant(r.Return.SD, 3))},
		{"its 5% to 95%, and the mean of its worst tenth", fmt.Sprintf("%s to %s, %s", number(r.Return.Q05), number(r.Return.Q95), number(r.Worst))},
		{"along the mean dynamics: one number", number(r.MeanDynamics)},
		{"the return is below that", chance(r.Below)},
	}
	if r.Truth != nil {
		numbers = append(numbers, []string{"in the true world", number(*r.Truth)})
	}
	return Part{
		Lead: "A controller is to bring a particle to the middle of the data, in a field of force that is known as functions only. Along each function, the same one at all steps, there is one trajectory and one return. " +
			"The mean as the dynamics gives a single return, and no idea how far off it may be.",
		Tables: []Table{{Rows: numbers}},
		Figures: []Figure{{
			Name: "policy", Sheet: row("A policy along functions as dynamics", f, h),
			Caption: "Trajectories from one start, and the distribution of their return.",
			Alt:     "Left: trajectories of the state over the steps, one for each function, with that of the mean dynamics. Right: histogram of the returns.",
		}},
	}
}

func (b book) ensemble() Part {
	r := b.r.Ensemble
	f := b.over("An ensemble's prediction of readings")
	f.Band(r.X, r.Lower, r.Upper, "95% of readings")
	f.Median(r.X, r.Predict, "predict")
	f.Points(r.HeldX, r.HeldY, "held out", plot.Style{Color: plot.Vermillion, Width: 4})
	c := plot.New(plot.Options{Title: "Coverage", X: "level of the interval", Y: "part of readings inside", XLim: plot.Limits{Lo: 0, Hi: 1}, YLim: plot.Limits{Lo: 0, Hi: 1.02}})
	c.Line([]float64{0, 1}, []float64{0, 1}, "as it should be", orange)
	c.Steps(append([]float64{0}, r.Levels...), append([]float64{0}, r.Fractions...), "ensemble", blue)
	table := Table{Head: []string{"level", "inside", "width", "closed form", "width"}}
	for _, v := range r.Coverage {
		table.Rows = append(table.Rows, []string{fmt.Sprintf("%.0f%%", 100*v.Level), fmt.Sprintf("%.0f ± %.0f%%", 100*v.Fraction, 100*v.SE), significant(v.Width, 3), fmt.Sprintf("%.0f%%", 100*v.Exact), significant(v.ExactWidth, 3)})
	}
	return Part{
		Lead: "Behind a plain Predict, the functions are an ensemble of regressors that know what they do not know: any code that takes a model takes one, " +
			"and its intervals can be counted on readings that it has not seen.",
		Tables: []Table{table, {Rows: [][]string{
			{"members", fmt.Sprint(r.Members)},
			{"readings", fmt.Sprint(r.Rows)},
			{"RMSE of the ensemble", significant(r.RMSE, 3)},
			{"RMSE of one member", significant(r.Member, 3)},
			{"RMSE of the posterior mean", significant(r.Exact, 3)},
		}}},
		Figures: []Figure{{
			Name: "ensemble", Sheet: row("Sixty-four regressors behind Predict", f, c),
			Caption: "The band of readings with those held out, and how often intervals of each level hold one.",
			Alt:     "Left: the ensemble's 95% band of readings with held-out readings. Right: the coverage of intervals against their level, close to the diagonal.",
		}},
	}
}
