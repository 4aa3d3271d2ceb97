package store

import (
	"context"
	"path/filepath"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// A model of a table that says something twice, without noise, keeps the table and has
// the posterior of the distinct rows, whose paths come back as they were.
func TestRepeatedRowsRoundTrip(t *testing.T) {
	m := &Model{
		Inputs: []string{"x"}, Target: "y",
		Kind:  &Exact{mat.NewDense(4, 1, []float64{0, 1, 0, 2}), []float64{1, -1, 1, 0.5}},
		Prior: gp.Prior{Kernel: kernel.Matern52{Variance: 1, Lengthscale: kernel.Shared(0.7)}},
		Noise: gp.NoiseRows(0, 0.1, 0, 0),
	}
	dir := t.TempDir()
	if err := SaveModel(filepath.Join(dir, "model.json"), m); err != nil {
		t.Fatal(err)
	}
	back, err := LoadModel(filepath.Join(dir, "model.json"))
	if err != nil {
		t.Fatal(err)
	}
	post, err := back.Posterior(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if back.Kind.Rows() != 4 || post.Len() != 3 {
		t.Errorf("%d rows and a posterior of %d, want 4 and 3", back.Kind.Rows(), post.Len())
	}
	drawn, err := post.Paths(pathwise.Sampler{Features: 20}, rng.New(1), 3)
	if err != nil {
		t.Fatal(err)
	}
	paths := drawn.InModelUnits
	if err := SavePaths(filepath.Join(dir, "paths"), drawn); err != nil {
		t.Fatal(err)
	}
	set, err := LoadPaths(filepath.Join(dir, "paths"))
	if err != nil {
		t.Fatal(err)
	}
	at := mat.NewDense(3, 1, []float64{0, 0.4, 3})
	if want := paths.Eval(at); !mat.Equal(set.InModelUnits.Eval(at), want) {
		t.Errorf("paths %v, want %v", set.InModelUnits.Eval(at), want)
	}
}
