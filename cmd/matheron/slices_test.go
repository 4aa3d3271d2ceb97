package main

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/store"
)

// conditioned returns a predictor on rows of d inputs.
func conditioned(t *testing.T, d int, x ...float64) *predictor {
	t.Helper()
	n := len(x) / d
	m := &store.Model{
		Prior: gp.Prior{Kernel: kernel.RBF{Variance: 4, Lengthscale: kernel.Shared(1)}}, Noise: gp.Noise(0.1),
		Inputs: []string{"a", "b", "c"}[:d], Target: "y", Kind: &store.Exact{X: mat.NewDense(n, d, x), Y: make([]float64, n)},
	}
	p, err := newPredictor(context.Background(), m, "m.json")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCut(t *testing.T) {
	p := conditioned(t, 2, 0, 10, 1, 30, 4, 20, 2, 60)
	cuts, err := p.cut(span{})
	if err != nil {
		t.Fatal(err)
	}
	if len(cuts) != 2 {
		t.Fatalf("%d slices of 2 inputs", len(cuts))
	}
	for _, c := range cuts {
		want := [][3]float64{{0, 4, 25}, {10, 60, 1.5}}[c.input] // range, and the other's median
		if c.x[0] != want[0] || c.x[len(c.x)-1] != want[1] || !slices.IsSorted(c.x) || c.beyond() {
			t.Errorf("input %d: from %v to %v", c.input, c.x[0], c.x[len(c.x)-1])
		}
		for i := range c.x {
			if c.rows.At(i, c.input) != c.x[i] || c.rows.At(i, 1-c.input) != want[2] {
				t.Fatalf("input %d, row %d: %v", c.input, i, c.rows.RawRowView(i))
			}
		}
	}
	var usage *usageError
	if _, err := p.cut(span{from: coordinate{1, true}}); !errors.As(err, &usage) {
		t.Errorf("--from with two inputs: %v", err)
	}
}

// Where there are no data f has its prior's sd; at the data it has less.
func TestTrustBeyond(t *testing.T) {
	p := conditioned(t, 1, 0, 0.5, 1)
	for _, c := range []struct{ to, want, tol float64 }{{30, 1, 1e-9}, {1, math.NaN(), 0}} {
		cuts, err := p.cut(span{coordinate{0, true}, coordinate{c.to, true}})
		if err != nil {
			t.Fatal(err)
		}
		d, err := p.sample(context.Background(), 1, 8, 0, cuts)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.trust.beyond; math.IsNaN(got) != math.IsNaN(c.want) || math.Abs(got-c.want) > c.tol {
			t.Errorf("to %v: %v of the prior's sd, want %v", c.to, got, c.want)
		}
	}
}
