// Command figures draws the figures of docs/matherons-rule.md, of
// docs/calibration.md and of docs/worked-example.md into a folder:
//
//	go run ./docs/figures
//
// They are the same on every run.
package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/plot"
	"matheron/rng"
)

//go:generate go run . -out .

func main() {
	out := flag.String("out", filepath.Join("docs", "figures"), "folder of the figures")
	flag.Parse()
	if err := save(*out); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

// save writes the figures as SVG.
func save(dir string) error {
	e, err := newExample()
	if err != nil {
		return err
	}
	if err := e.rule().Save(filepath.Join(dir, "matherons-rule.svg")); err != nil {
		return err
	}
	if err := e.posterior().Save(filepath.Join(dir, "posterior-draws.svg")); err != nil {
		return err
	}
	c, err := calibration()
	if err != nil {
		return err
	}
	if err := c.Save(filepath.Join(dir, "calibration.svg")); err != nil {
		return err
	}
	return saveWorked(dir)
}

// example is a posterior on six rows, with draws on a grid that goes beyond
// them to both sides: there a draw is a draw of the prior again.
type example struct {
	x, y  []float64 // the rows
	grid  []float64
	draws *mat.Dense // S x grid
	prior []float64  // the prior path of the first draw
	mean  []float64
	lo    []float64 // mean less and plus 1.96 sd
	hi    []float64
}

const (
	lengthscale = 0.8
	noiseSD     = 0.05
	features    = 512
	paths       = 12
	seed        = 5
	normal95    = 1.959963984540054
)

func newExample() (*example, error) {
	e := &example{
		x: []float64{3.2, 3.9, 4.8, 7.0, 7.7, 8.6},
		y: []float64{-0.9, 0.2, 1.3, -0.5, -0.9, -0.2},
	}
	for i := range 481 {
		e.grid = append(e.grid, float64(i)/40)
	}
	k := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(lengthscale)}
	rows, grid := mat.NewDense(len(e.x), 1, e.x), mat.NewDense(len(e.grid), 1, e.grid)
	post, err := gp.Prior{Kernel: k}.Condition(rows, e.y, gp.Noise(noiseSD*noiseSD))
	if err != nil {
		return nil, err
	}
	p, err := pathwise.Sampler{Posterior: post, Features: features}.Draw(rng.New(seed), paths)
	if err != nil {
		return nil, err
	}
	e.draws = p.Eval(grid)
	state := p.States()[0]
	// The prior path is phi(x).w with the features and weights that were drawn.
	basis := state.Bases[0]
	phi := mat.NewDense(len(e.grid), basis.Len(), nil)
	basis.Eval(phi, grid)
	var prior mat.VecDense
	prior.MulVec(phi, state.Weights.ColView(0))
	e.prior = slices.Clone(prior.RawVector().Data)

	e.mean = post.Mean(nil, grid)
	e.lo, e.hi = make([]float64, len(e.mean)), make([]float64, len(e.mean))
	for i, v := range post.Variance(nil, grid) {
		sd := normal95 * math.Sqrt(v)
		e.lo[i], e.hi[i] = e.mean[i]-sd, e.mean[i]+sd
	}
	return e, nil
}

// rule shows one draw as the sum of its two terms.
func (e *example) rule() *plot.Figure {
	draw := e.draws.RawRowView(0)
	correction := make([]float64, len(draw))
	for i, f := range draw {
		correction[i] = f - e.prior[i]
	}
	f := plot.New(plot.Options{
		Title: "A posterior draw is a prior path and a correction",
		Note:  "Far from the data the correction is zero, and the draw is its prior path.",
		X:     "x", Y: "f(x)",
	})
	f.Line(e.grid, e.prior, "prior path", plot.Style{Color: plot.Orange, Width: 1.6})
	f.Line(e.grid, correction, "correction", plot.Style{Color: plot.Green, Width: 1.6, Dashed: true})
	f.Line(e.grid, draw, "their sum: a posterior draw", plot.Style{Color: plot.Blue, Width: 2.6})
	f.Points(e.x, e.y, "data", plot.Style{Width: 7})
	return f
}

// posterior shows several draws and the distribution that they follow.
func (e *example) posterior() *plot.Figure {
	f := plot.New(plot.Options{
		Title: fmt.Sprintf("%d draws, and the posterior that they are draws of", paths),
		Note:  "The band and the mean are those of the exact posterior, in closed form.",
		X:     "x", Y: "f(x)",
	})
	f.Band(e.grid, e.lo, e.hi, "95% of f")
	f.Paths(e.grid, e.draws, 0, "draws of f")
	f.Median(e.grid, e.mean, "mean")
	f.Points(e.x, e.y, "data", plot.Style{Width: 7})
	return f
}
