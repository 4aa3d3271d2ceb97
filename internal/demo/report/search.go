package report

import (
	"fmt"
	"math"

	"matheron/internal/demo"
	"matheron/plot"
)

func (b book) thompson() Part {
	r := b.r.Thompson
	f := b.over("Three functions, and where each is least")
	b.data(f)
	colors := []plot.Color{plot.Blue, plot.Green, plot.Purple}
	table := Table{Head: []string{"function", "least at " + b.s.Table.Input, "its value there"}}
	if b.s.Truth != nil {
		table.Head = append(table.Head, "what would be found")
	}
	for i, p := range r.Batch {
		style := plot.Style{Color: colors[i%len(colors)]}
		name := fmt.Sprint("function ", i+1)
		f.Line(r.X, r.Values[i], name, style)
		style.Width = 10
		f.Points([]float64{p.X}, []float64{p.Value}, "", style)
		line := []string{name, number(p.X), number(p.Value)}
		if p.Truth != nil {
			line = append(line, number(*p.Truth))
		}
		table.Rows = append(table.Rows, line)
	}
	return Part{
		Lead: "Where to evaluate next if the least value is sought? Draw a function and go to its minimum: the place is chosen as often as it is the best one. " +
			"Three functions give a batch of three, found by continuous minimisation with their gradients.",
		Tables: []Table{table, {Rows: [][]string{{"values with gradient, all searches", fmt.Sprint(r.Evaluations)}}}},
		Figures: []Figure{{
			Name: "thompson", Sheet: one(f),
			Caption: "The batch: the minimum of each of three functions.",
			Alt:     "Three posterior functions, each with its minimum marked.",
		}},
	}
}

// compared adds an estimate with two standard errors, from 0 to greatest, and its
// closed form.
func compared(f *plot.Figure, x []float64, c demo.Curve, greatest float64) {
	lo, hi := make([]float64, len(x)), make([]float64, len(x))
	for i, v := range c.Value {
		lo[i], hi[i] = math.Max(0, v-2*c.SE[i]), math.Min(greatest, v+2*c.SE[i])
	}
	f.Band(x, lo, hi, "two standard errors")
	f.Line(x, c.Value, "functions", blue)
	f.Line(x, c.Exact, "closed form", plot.Style{Color: plot.Orange, Dashed: true})
}

func (b book) functionals() Part {
	r := b.r.Functionals
	panel := func(title, y string, c demo.Curve, greatest float64) *plot.Figure {
		f := plot.New(b.axes(title, y))
		compared(f, r.X, c, greatest)
		return f
	}
	table := Table{Head: []string{"at " + b.s.Table.Input, "", "functions", "closed form"}}
	for _, p := range r.Points {
		at := number(p.X)
		table.Rows = append(table.Rows,
			[]string{at, "EI", estimate(p.EI), significant(p.EIExact, 3)},
			[]string{at, "P(f < " + significant(r.Threshold, 3) + ")", chance(p.Below), percent(p.BelowExact)},
			[]string{at, "P(feasible)", chance(p.Feasible), percent(p.FeasibleExact)})
	}
	return Part{
		Lead: fmt.Sprintf("An expectation is a mean over functions, with a standard error; a probability is the part of them that hit, with Wilson's 95%% interval. "+
			"The expected improvement, EI, is over the least reading, %s; feasible is from %s to %s. For single points the normal distribution has closed forms, which stand beside.",
			number(r.Best), significant(r.FeasibleLower, 3), significant(r.FeasibleUpper, 3)),
		Tables: []Table{table},
		Figures: []Figure{{
			Name: "functionals",
			Sheet: stack("Means over functions beside closed forms",
				panel("Expected improvement", "E max(best − f, 0)", r.EI, math.Inf(1)),
				panel("Below the threshold", minus("P(f < "+significant(r.Threshold, 3)+")"), r.Below, 1),
				panel("Feasible", "P(feasible)", r.Feasible, 1)),
			Caption: "Each mean over 64 functions with two standard errors, and the closed form (dashed).",
			Alt:     "Three curves over the input, by functions and in closed form: expected improvement, probability below the threshold, probability of being feasible. They agree within the errors.",
		}},
	}
}

func (b book) gradient() Part {
	r, ei := b.r.Gradient, b.r.Functionals
	f := plot.New(b.axes("The expected improvement, its slopes and its maximum", "E max(best − f, 0)"))
	f.Line(ei.X, ei.EI.Value, "functions", blue)
	var x, y, toX, toY []float64
	lower, upper := b.s.Box.Lower[0], b.s.Box.Upper[0]
	for _, p := range r.Points {
		x, y = append(x, p.X), append(y, p.EI.Value)
		// Uphill along the tangent, to the right where it is level, as far as there
		// is room.
		g := p.Gradient.Value
		d := (upper - lower) / 20
		if g != 0 {
			d = math.Min(d, r.Maximum.EI.Value/4/math.Abs(g))
		}
		if g < 0 {
			d = -d
		}
		d = math.Max(lower, math.Min(upper, p.X+d)) - p.X
		toX, toY = append(toX, p.X+d), append(toY, p.EI.Value+d*g)
	}
	f.Arrows(x, y, toX, toY, "gradient")
	var ex, ey []float64
	for _, e := range r.Maximum.Ends {
		ex, ey = append(ex, e.X), append(ey, e.Value)
	}
	f.Points(ex, ey, "ends of searches", plot.Style{Color: plot.Muted, Width: 7})
	f.Points([]float64{r.Maximum.X}, []float64{r.Maximum.EI.Value}, "the best of them", plot.Style{Color: plot.Green, Width: 10})

	table := Table{Head: []string{"at " + b.s.Table.Input, "EI", "gradient", "difference", "apart by"}}
	for _, p := range r.Points {
		table.Rows = append(table.Rows, []string{number(p.X), estimate(p.EI), number(p.Gradient.Value), number(p.Difference), significant(p.Error, 2)})
	}
	m := r.Maximum
	return Part{
		Lead: "A mean over functions is itself a smooth function of the place, with an exact gradient: the mean of the functions' own. " +
			"Beside it is the central difference on the same functions. Inside the data no function improves, and the gradient is exactly 0; a search from there would stay. From many starts, picked by value, it finds the maximum.",
		Tables: []Table{table, {Rows: [][]string{
			{"maximum at " + b.s.Table.Input, number(m.X)},
			{"EI there", estimate(m.EI)},
			{"gradient there", significant(m.Gradient, 2)},
			{"searches", fmt.Sprint(m.Starts)},
		}}},
		Figures: []Figure{{
			Name: "gradient", Sheet: one(f),
			Caption: "The expected improvement over the input. Arrows follow the gradient; the large dot is the maximum.",
			Alt:     "The Monte Carlo expected improvement with gradient arrows at two points and its maximum marked.",
		}},
	}
}

func (b book) optimum() Part {
	r := b.r.Optimum
	over := b.over("The minimum of each function")
	b.data(over)
	var x, y []float64
	for _, p := range r.Points {
		x, y = append(x, p.X), append(y, p.Y)
	}
	over.Line(b.r.Baseline.Band.X, b.r.Baseline.Mean, "posterior mean", blue)
	over.Points(x, y, "minima", plot.Style{Color: plot.Green, Width: 5})
	places := plot.New(plot.Options{X: "place of the minimum (" + b.s.Table.Input + ")", Y: "density", XLim: b.interval()})
	places.Histogram(x, 24, "functions", green)
	places.VLine(r.Mean.X, "of the posterior mean", blue)
	values := plot.New(plot.Options{X: "value of the minimum (" + b.s.Table.Target + ")", Y: "density"})
	values.Histogram(y, 14, "functions", green)
	values.VLine(r.Mean.Y, "of the posterior mean", blue)
	if r.Truth != nil {
		truly(places, &r.Truth.X)
		truly(values, &r.Truth.Y)
	}
	table := Table{Head: []string{"", "mean", "sd", "5%", "median", "95%"}}
	for _, q := range []struct {
		name string
		s    demo.Distribution
	}{{"place", r.Place}, {"value", r.Value}} {
		table.Rows = append(table.Rows, []string{q.name, estimate(q.s.Mean), significant(q.s.SD, 3), number(q.s.Q05), number(q.s.Q50), number(q.s.Q95)})
	}
	more := [][]string{
		{"minimum of the posterior mean", fmt.Sprintf("%s at %s", number(r.Mean.Y), number(r.Mean.X))},
		{"a function's minimum is within " + significant(r.Reach, 2) + " of that place", chance(r.Near)},
		{"expected regret of settling for it", estimate(r.Regret)},
	}
	if r.Truth != nil {
		more = append(more, []string{"minimum of the truth", fmt.Sprintf("%s at %s", number(r.Truth.Y), number(r.Truth.X))})
	}
	return Part{
		Lead: "Each function has a minimum of its own, found by search with its gradient. All together are the posterior over where the minimum is and how low it is: " +
			"a distribution with several modes, of which the minimum of the mean knows one. The mean of the minima is below the minimum of the mean.",
		Tables: []Table{table, {Rows: more}},
		Figures: []Figure{
			{
				Name: "minima", Sheet: one(over),
				Caption: "Place and value of the minimum of each of 64 functions.",
				Alt:     "The posterior mean, the data, and the minimum of each function as a dot; the dots gather around a few places.",
			},
			{
				Name: "optimum", Sheet: row("The posterior over the minimum", places, values),
				Caption: "Its place and its value, beside the minimum of the posterior mean.",
				Alt:     "Histograms of place and value of the minimum over the functions.",
			},
		},
	}
}
