package main

import (
	"context"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	examples "matheron/examples/data"
	"matheron/plot"
	"matheron/store"
)

// The worked example on carbon dioxide: a long trend, a yearly cycle whose shape
// changes slowly, and irregularities of a few years. No number is set by hand.
const (
	co2Kernel   = "rbf + rbf*periodic + rational_quadratic"
	co2Forecast = 1995 // the last year of the first part; the others are gaps
	co2End      = 1996
	co2Paths    = 64
	co2Features = 1024
	co2Ahead    = 10 // years past the end
)

// co2Left are the years before 1996 that the first fit does not see.
func co2Left() []int { return []int{1963, 1970, 1977, 1984, 1991, co2Forecast} }

// demoCO2 is the part "co2".
func demoCO2(ctx context.Context, d *demo) (object, error) {
	all, err := loadCO2(ctx)
	if err != nil {
		return nil, err
	}
	year := func(i int) int { return int(all.X.At(i, 0)) }
	train := choose(all, func(i int) bool { return year(i) < co2End && !slices.Contains(co2Left(), year(i)) })
	gaps := choose(all, func(i int) bool { return year(i) < co2Forecast && slices.Contains(co2Left(), year(i)) })
	forecast := choose(all, func(i int) bool { return year(i) == co2Forecast })

	o := fitOptions{kernel: co2Kernel, standardize: true, seed: d.seed}
	if err := d.say("CO2 at Mauna Loa, %d weeks. Fitting %s to %d of them: before %d, without %v", len(all.Y), o.kernel, len(train.Y), co2End, co2Left()); err != nil {
		return nil, err
	}
	p, holdout, err := d.fit(ctx, o, train, "holdout.json")
	if err != nil {
		return nil, err
	}
	gapScores, forecastScores := p.score(gaps), p.score(forecast)
	if err := d.say("  the gaps:     %v\n  the forecast: %v", gapScores, forecastScores); err != nil {
		return nil, err
	}
	err = d.draw("forecast", func() (figure, error) { return p.heldOutFigure(ctx, gaps, forecast, gapScores, forecastScores) })
	if err != nil {
		return nil, err
	}

	if err := d.say("Fitting all %d weeks, and drawing %d functions %d years past the end", len(all.Y), co2Paths, co2Ahead); err != nil {
		return nil, err
	}
	p, whole, err := d.fit(ctx, o, all, "model.json")
	if err != nil {
		return nil, err
	}
	last := mat.Max(all.X)
	s := span{from: coordinate{last - 2*co2Ahead, true}, to: coordinate{last + co2Ahead, true}}
	cuts, err := p.cut(s)
	if err != nil {
		return nil, err
	}
	drawn, err := p.sample(ctx, co2Paths, co2Features, d.seed, cuts)
	if err != nil {
		return nil, err
	}
	if err := store.SavePaths(d.path("co2.paths"), drawn.set); err != nil {
		return nil, err
	}
	if err := d.say("  %s: %v", d.path("co2.paths"), drawn.trust); err != nil {
		return nil, err
	}
	err = d.draw("paths", func() (figure, error) { return p.pathsFigure(ctx, evaluation{set: drawn.set}, cuts, drawn.trust) })
	return object{
		{"holdout", holdout.json()},
		{"forecast", forecastScores.json()},
		{"gaps", gapScores.json()},
		{"all", whole.json()},
		{"paths", drawn.json()},
	}, err
}

// loadCO2 reads the table that the binary carries.
func loadCO2(ctx context.Context) (*data.Set, error) {
	in, err := data.NewReader("co2.csv", strings.NewReader(examples.CO2))
	if err != nil {
		return nil, err
	}
	columns := []string{"decimal_year", "co2_ppm"}
	rows, err := in.Select(columns)
	if err != nil {
		return nil, err
	}
	m, err := rows.ReadAll(ctx)
	if err != nil {
		return nil, err
	}
	n, _ := m.Dims()
	return &data.Set{Inputs: columns[:1], Target: columns[1], X: mat.DenseCopyOf(m.Slice(0, n, 0, 1)), Y: mat.Col(nil, 1, m)}, nil
}

// choose returns the rows of a set that keep holds for.
func choose(s *data.Set, keep func(i int) bool) *data.Set {
	out := &data.Set{Inputs: s.Inputs, Target: s.Target}
	var x []float64
	for i, y := range s.Y {
		if keep(i) {
			x, out.Y = append(x, s.X.RawRowView(i)...), append(out.Y, y)
		}
	}
	out.X = mat.NewDense(len(out.Y), len(s.Inputs), x)
	return out
}

// fit fits a set, says what came of it, stores the model, and conditions it.
func (d *demo) fit(ctx context.Context, o fitOptions, set *data.Set, name string) (*predictor, *fit, error) {
	f, err := o.run(ctx, set)
	if err != nil {
		return nil, nil, err
	}
	if err := store.SaveModel(d.path(name), f.model); err != nil {
		return nil, nil, err
	}
	if err := d.say("  %s: log evidence %.6g in %.1f s", d.path(name), f.model.Fit.LogEvidence, f.seconds); err != nil {
		return nil, nil, err
	}
	p, err := newPredictor(ctx, f.model, d.path(name))
	return p, f, err
}

// score compares observations of a set with their predictions.
func (p *predictor) score(set *data.Set) *scores {
	s := &scores{}
	_, l := p.at(set.X)
	for i, y := range set.Y {
		s.add(l, i, y)
	}
	return s
}

// heldOutFigure shows the weeks that the fit did not see, each year in a panel of
// its own, with the prediction of observations.
func (p *predictor) heldOutFigure(ctx context.Context, gaps, forecast *data.Set, gapScores, forecastScores *scores) (figure, error) {
	x, y := p.training()
	var panels []*plot.Figure
	for _, year := range co2Left() {
		from, to := float64(year)-0.5, float64(year)+1.5
		cuts, err := p.cut(span{coordinate{from, true}, coordinate{to, true}})
		if err != nil {
			return nil, err
		}
		f := plot.New(plot.Options{X: p.inputs[0], Y: p.target})
		_, l := p.at(cuts[0].rows)
		band(f, cuts[0], l, "95% of observations")
		px, py := cuts[0].within(x, y)
		f.Points(px, py, "data")
		for _, set := range []*data.Set{gaps, forecast} {
			px, py := cuts[0].within(set.X, set.Y)
			f.Points(px, py, "left out", plot.Style{Color: plot.Vermillion})
		}
		panels = append(panels, f)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	note := "Gaps: " + gapScores.String() + ". Forecast: " + forecastScores.String() + "."
	return plot.Grid(plot.GridOptions{Columns: 3, Title: "The years that were left out", Note: note}, panels...), nil
}
