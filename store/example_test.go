package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/infer"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/ppl"
	"matheron/rng"
	"matheron/store"
)

// A model and functions drawn from it go to files and come back the same.
func Example() {
	dir, err := os.MkdirTemp("", "matheron")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	model := &store.Model{
		Prior:  gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.5)}},
		Noise:  gp.Noise(0.01),
		Inputs: []string{"time"}, Target: "height",
		Kind: &store.Exact{X: mat.NewDense(3, 1, []float64{0, 0.5, 1}), Y: []float64{1, 0.2, -0.3}},
	}
	file := filepath.Join(dir, "model.json")
	if err := store.SaveModel(file, model); err != nil {
		fmt.Println(err)
		return
	}
	loaded, err := store.LoadModel(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	post, err := loaded.Posterior(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	paths, err := post.Paths(pathwise.Sampler{Features: 256}, rng.New(0), 8)
	if err != nil {
		fmt.Println(err)
		return
	}
	file = filepath.Join(dir, "height.paths")
	if err := store.SavePaths(file, paths); err != nil {
		fmt.Println(err)
		return
	}
	set, err := store.LoadPaths(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	x := mat.NewDense(2, 1, []float64{0.25, 3})
	fmt.Printf("%d functions of %q, the same: %t\n", set.Len(), set.InputNames, mat.Equal(set.Eval(x), paths.Eval(x)))

	// A file that is something else is refused.
	_, err = store.LoadModel(file)
	var format *store.FormatError
	fmt.Println(errors.As(err, &format), format.Reason)
	// Output:
	// 8 functions of ["time"], the same: true
	// true not a matheron model: this is a matheron file of paths
}

// A model that was fitted to standardised rows answers in the units of its table: here
// of temperatures over years.
func ExampleModel_Posterior() {
	table := &data.Set{
		Inputs: []string{"year"}, Target: "kelvin",
		X: mat.NewDense(5, 1, []float64{1990, 1995, 2000, 2005, 2010}),
		Y: []float64{287.1, 287.3, 287.2, 287.6, 287.7},
	}
	scaling := data.Standardization(table)
	standardised := scaling.Apply(table)
	var file bytes.Buffer
	err := store.WriteModel(&file, &store.Model{
		Prior:  gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}},
		Noise:  gp.Noise(0.05),
		Inputs: table.Inputs, Target: table.Target, Scaling: &scaling,
		Kind: &store.Exact{X: standardised.X, Y: standardised.Y},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := store.ReadModel(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	post, err := model.Posterior(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	x := mat.NewDense(2, 1, []float64{2002, 2030})
	f, y := post.Predict(x)
	for i := range f.Len() {
		lo, hi := y.Interval(i)
		fmt.Printf("%v: %.1f K, an observation from %.1f to %.1f\n", x.At(i, 0), f.Mean[i], lo, hi)
	}
	// Output:
	// 2002: 287.4 K, an observation from 287.2 to 287.5
	// 2030: 287.4 K, an observation from 286.9 to 287.8
}

// The draws of a sampler go to a file, and the run goes on from it.
func ExampleSaveDraws() {
	dir, err := os.MkdirTemp("", "matheron")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	target, err := ppl.NewTarget(func(c *ppl.Context) {
		scale := c.Sample("scale", ppl.HalfNormal(c.Const(1)))
		c.Observe("y", ppl.Normal(c.Const(0), scale), 0.8, -1.1, 0.3, 1.9)
	}, rng.New(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, run := context.Background(), infer.Run{Key: rng.New(1), Warmup: 100, Draws: 50, Chains: 2}
	draws, err := infer.NUTS{}.Run(ctx, target, run)
	if err != nil {
		fmt.Println(err)
		return
	}
	values := draws.Rows()
	for i := range draws.Len() {
		target.Constrain(values.RawRowView(i), mat.Row(nil, i, values))
	}
	file := filepath.Join(dir, "scale.draws")
	if err := store.SaveDraws(file, &store.DrawSet{Names: target.Names(), Values: values, Draws: draws, Key: run.Key}); err != nil {
		fmt.Println(err)
		return
	}
	set, err := store.LoadDraws(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	more, err := infer.NUTS{}.Run(ctx, target, infer.Run{Key: set.Key, Draws: 30, From: set.Draws})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(set.Names, set.Draws.Len(), "draws, and", more.Len(), "more")
	// Output:
	// [scale] 100 draws, and 60 more
}
