package report

import (
	"fmt"
	"math"
	"strings"

	"matheron/internal/demo"
	"matheron/plot"
	"matheron/prob"
)

func widths(name string, w demo.Widths) []string {
	return []string{name, number(w.Inside), number(w.Beyond), number(w.Ends)}
}

var widthHead = []string{"width of the 95% band", "inside the data", "just beyond", "at the ends"}

func (b book) baseline() Part {
	r := b.r.Baseline
	f := b.over(fmt.Sprintf("%d functions of the exact posterior", r.Paths))
	band(f, r.Band)
	b.data(f)
	numbers := [][]string{
		{"rows", fmt.Sprint(r.Rows)},
		{"kernel", fmt.Sprintf("RBF, variance %s, lengthscale %s", significant(r.Variance, 3), significant(r.Lengthscale, 3))},
		{"variance of the noise, jitter", significant(r.NoiseVariance, 3) + ", " + significant(r.Jitter, 3)},
		{"log evidence", number(r.LogEvidence)},
		{"functions, features of each", fmt.Sprintf("%d, %d", r.Paths, r.Features)},
		{"distribution of a function against the posterior", fmt.Sprintf("2-Wasserstein distance %s a point; its sd is %s to %s of the exact one",
			significant(r.Fidelity.Wasserstein, 2), significant(r.Fidelity.SDRatioMin, 3), significant(r.Fidelity.SDRatioMax, 3))},
		{"greatest distance of their mean from the posterior's", significant(r.MeanError, 2) + " standard errors"},
	}
	if r.RMSE != nil {
		numbers = append(numbers, []string{"posterior mean from the truth, within the data", "RMSE " + significant(*r.RMSE, 3)})
	}
	return Part{
		Lead: "A Gaussian process with fixed hyperparameters is conditioned on the table, and functions are drawn from its posterior. " +
			"Each is made once and is then a function: it can be called anywhere, differentiated, searched and stored.",
		Tables: []Table{{Rows: numbers}, {Head: widthHead, Rows: [][]string{widths("of the functions", r.Width), widths("of the exact posterior", r.Exact)}}},
		Figures: []Figure{{
			Name: "baseline", Sheet: one(f),
			Caption: "The functions pass by the data and spread where there are none.",
			Alt:     fmt.Sprintf("Median and 95%% band of %d posterior functions with six of them. The band is narrow among the data and wide beyond them.", r.Paths),
		}},
	}
}

func (b book) bayesian() Part {
	r := b.r.Bayesian
	f := b.over("The hyperparameters integrated out")
	band(f, r.Band)
	base := b.r.Baseline.Band
	style := plot.Style{Color: plot.Orange, Width: 1.4, Dashed: true}
	f.Line(base.X, base.Lower, "band of the baseline", style)
	f.Line(base.X, base.Upper, "band of the baseline", style)
	b.data(f)

	sites := Table{Head: []string{"site", "shape of its draws"}}
	for _, s := range r.Sites {
		shape := make([]string, len(s.Shape))
		for i, n := range s.Shape {
			shape[i] = fmt.Sprint(n)
		}
		sites.Rows = append(sites.Rows, []string{s.Name, strings.Join(shape, " × ") + " (chains × draws)"})
	}
	summary := Table{Head: []string{"", "mean", "sd", "3% to 97%", "MCSE", "ESS bulk", "ESS tail", "R-hat"}}
	for _, s := range r.Summary {
		summary.Rows = append(summary.Rows, []string{s.Name, significant(s.Mean, 3), significant(s.SD, 3),
			significant(s.HDILower, 3) + " to " + significant(s.HDIUpper, 3), significant(s.MCSEMean, 2),
			fmt.Sprintf("%.0f", s.ESSBulk), fmt.Sprintf("%.0f", s.ESSTail), fmt.Sprintf("%.3f", s.RHat)})
	}
	return Part{
		Lead: "Nobody knows the hyperparameters. They get priors, a program says how the data depend on them, and NUTS draws them given the data. " +
			"Each draw has its own posterior and its own functions, whose band is that of a process with the hyperparameters integrated out.",
		Tables: []Table{
			sites, summary,
			{Rows: [][]string{
				{"NUTS", fmt.Sprintf("%d chains of %d + %d, target acceptance %s", r.Chains, r.Warmup, r.Draws, significant(r.TargetAccept, 2))},
				{"divergences, leapfrogs, least E-BFMI", fmt.Sprintf("%d, %d, %s", r.Divergences, r.Leapfrogs, significant(r.EBFMI, 2))},
				{"functions, features of each", fmt.Sprintf("%d, %d", r.Paths, r.Features)},
			}},
			{Head: widthHead, Rows: [][]string{
				widths("of the baseline", b.r.Baseline.Width), widths("fully Bayesian", r.Width), widths("ratio", r.Ratio),
			}},
		},
		Figures: []Figure{
			{
				Name: "bayesian", Sheet: one(f),
				Caption: "The band with the hyperparameters unknown, beside that of the baseline (dashed).",
				Alt:     "Median and 95% band of functions with the hyperparameters integrated out, beside the band of the baseline.",
			},
			{
				Name: "hyperparameters", Sheet: row("What the data say about the hyperparameters", b.hyperparameter("variance"), b.hyperparameter("lengthscale")),
				Caption: "Draws of NUTS from the posterior (bars) over the prior (line); the dashed mark is where the baseline has them.",
				Alt:     "Histograms of the draws of variance and lengthscale over their prior densities.",
			},
		},
	}
}

// hyperparameter is the panel of one parameter of the kernel.
func (b book) hyperparameter(name string) *plot.Figure {
	var draws []float64
	fixed := b.r.Baseline.Variance
	for _, k := range b.r.Bayesian.Kernels {
		if name == "variance" {
			draws = append(draws, k.Variance)
		} else {
			draws = append(draws, k.Lengthscale.At(0))
		}
	}
	if name == "lengthscale" {
		fixed = b.r.Baseline.Lengthscale
	}
	f := plot.New(plot.Options{X: name, Y: "density"})
	f.Histogram(draws, 0, "posterior")
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range append(draws, fixed) {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	var prior prob.Distribution
	for pattern, p := range b.s.Hyperpriors {
		if strings.HasSuffix(pattern, name) {
			prior = p
		}
	}
	if prior != nil {
		margin := (hi - lo) / 4
		density(f, math.Max(lo-margin, lo/2), hi+margin, func(x float64) float64 { return math.Exp(prior.LogProb(x)) }, "prior", green)
	}
	f.VLine(fixed, "baseline", orange)
	return f
}

func (b book) decoupled() Part {
	r := b.r.Decoupled
	f := b.over(fmt.Sprintf("%d functions that know the data through %d variables", r.Paths, r.Inducing))
	band(f, r.Band)
	b.data(f)
	lo, hi := make([]float64, len(r.Z)), make([]float64, len(r.Z))
	for i, m := range r.Mean {
		lo[i], hi[i] = m-1.96*r.SD[i], m+1.96*r.SD[i]
	}
	f.Intervals(r.Z, lo, hi, "q(u), 95%", green)

	trace := plot.New(plot.Options{Title: "SVI from q = p(u)", X: "epoch", Y: "ELBO (nats)"})
	var epochs []float64
	for i := range r.SVI.Trace {
		epochs = append(epochs, float64(i+1))
	}
	trace.Line(epochs, r.SVI.Trace, "mean over batches")
	trace.HLine(r.Bound, "optimum, in closed form", green)

	kl := plot.New(plot.Options{Title: "KL from the optimum to p(u | y)", X: "inducing inputs", Y: "KL (nats)", LogY: true})
	var m, v []float64
	for _, o := range r.Optimum {
		if o.KL > 0 { // rounding may leave nothing at the end
			m, v = append(m, float64(o.Inducing)), append(v, o.KL)
		}
	}
	kl.Line(m, v, "", blue)
	kl.Points(m, v, "")
	table := Table{Head: []string{"inducing inputs", "KL(q* ‖ p(u | y)), nats"}}
	for _, o := range r.Optimum {
		if o.Inducing%4 == 0 {
			table.Rows = append(table.Rows, []string{fmt.Sprint(o.Inducing), significant(o.KL, 3)})
		}
	}
	return Part{
		Lead: "A few inducing variables u, the values of the function at inducing inputs, can stand for the data: a distribution q(u) is all that a function is corrected by. " +
			"Here q is the exact p(u | y) first, and then fitted by stochastic variational inference, which ends at the optimum of the bound on the evidence.",
		Tables: []Table{
			{Rows: [][]string{
				{"inducing inputs", fmt.Sprintf("%d, from %s to %s", r.Inducing, significant(r.From, 3), significant(r.To, 3))},
				{"functions, features of each", fmt.Sprintf("%d, %d", r.Paths, r.Features)},
				{"greatest error of mean and sd on the grid", significant(r.MeanError, 2) + ", " + significant(r.SDError, 2)},
				{"log evidence, and the bound on it", number(r.LogEvidence) + ", " + number(r.Bound)},
				{"KL from q to the optimum before and after SVI", significant(r.SVI.StartKL, 3) + ", " + significant(r.SVI.KL, 2) + " nats"},
				{"ELBO after SVI", fmt.Sprintf("%s, in %d epochs of batches of %d", number(r.SVI.ELBO), r.SVI.Epochs, r.SVI.Batch)},
			}},
			{Head: widthHead, Rows: [][]string{widths("of the baseline", b.r.Baseline.Width), widths("decoupled", r.Width)}},
			table,
		},
		Figures: []Figure{
			{
				Name: "decoupled", Sheet: one(f),
				Caption: "Functions with q(u) = p(u | y). The marks are u with its 95% intervals.",
				Alt:     "Median and 95% band of decoupled functions, with the inducing variables as intervals.",
			},
			{
				Name: "inducing", Sheet: row("How good the inducing variables are", trace, kl),
				Caption: "SVI climbs to the optimum. With few inducing inputs that is not p(u | y); with more the difference vanishes.",
				Alt:     "Left: the ELBO over the epochs rises to the closed-form optimum. Right: the KL divergence falls by orders of magnitude as inducing inputs are added.",
			},
		},
	}
}
