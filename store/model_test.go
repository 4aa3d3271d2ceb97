package store

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/gp/sparse"
	"matheron/kernel"
	"matheron/kernel/kerneltest"
)

func TestModelRoundTrip(t *testing.T) {
	for _, c := range storedCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := c.model(t)
			file := filepath.Join(t.TempDir(), "model.json")
			if err := SaveModel(file, want); err != nil {
				t.Fatal(err)
			}
			got, err := LoadModel(file)
			if err != nil {
				t.Fatal(err)
			}
			sameModel(t, got, want)
			x := grid(5, len(c.inputs), 0.2)
			if c.kind == ofGuide {
				sameSparse(t, got, c.sparse(t, c.base()), x)
				return
			}
			sameBits(t, "paths of the loaded model", c.draw(t, got, 4, 3).Eval(x), c.draw(t, want, 4, 3).Eval(x))
		})
	}
}

// sameModel compares models as values.
func sameModel(t *testing.T, got, want *Model) {
	t.Helper()
	if want.Prior.Mean == nil {
		want.Prior.Mean = gp.Zero{}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if !reflect.DeepEqual(kernel.Params(got.Prior.Kernel), kernel.Params(want.Prior.Kernel)) {
		t.Errorf("parameters %v, want %v", kernel.Params(got.Prior.Kernel), kernel.Params(want.Prior.Kernel))
	}
}

// sameSparse compares the posterior of a model with that which was stored.
func sameSparse(t *testing.T, m *Model, want *sparse.Posterior, x *mat.Dense) {
	t.Helper()
	post, err := m.Posterior(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	got := post.InModelUnits()
	if g, w := got.Mean(nil, x), want.Mean(nil, x); !reflect.DeepEqual(g, w) {
		t.Errorf("means %v, want %v", g, w)
	}
	sameBits(t, "covariance", got.Covariance(nil, x), want.Covariance(nil, x))
}

// A draw's numbers take the place of the model's, and no others.
func TestDrawsOfAModel(t *testing.T) {
	k := kernel.Fix(kernel.RBF{Variance: 2, Lengthscale: kernel.ARD(1, 3)}, "lengthscale[1]")
	own := gp.Prior{Kernel: k, Mean: gp.Linear{Intercept: 1, Slopes: []float64{4, 5}}, Jitter: 1e-3}
	draws := &Draws{
		Names:  []string{"Mean.slope[1]", gp.NoiseName, "RBF.lengthscale[0]"},
		Values: mat.NewDense(2, 3, []float64{-1, 0.1, 7, -2, 0.2, 8}), Chains: []int{2},
	}
	prior, noise := draws.At(1, own, gp.Noise(0.5))
	want := gp.Prior{Kernel: kernel.Fix(kernel.RBF{Variance: 2, Lengthscale: kernel.ARD(8, 3)}, "lengthscale[1]"), Mean: gp.Linear{Intercept: 1, Slopes: []float64{4, -2}}, Jitter: 1e-3}
	if !reflect.DeepEqual(prior, want) || noise.At(0) != 0.2 {
		t.Errorf("got %+v with noise %v, want %+v with 0.2", prior, noise.At(0), want)
	}
}

// randomKernel returns an expression of d inputs, of all kernels and levels.
func randomKernel(r *rand.Rand, d, depth int) kernel.Kernel {
	v := func() float64 { return math.Exp(r.NormFloat64()) }
	some := func() []kernel.Kernel {
		out := make([]kernel.Kernel, 1+r.IntN(3))
		for i := range out {
			out[i] = randomKernel(r, d, depth-1)
		}
		return out
	}
	leaves := kerneltest.Leaves(d)
	if depth == 0 {
		return leaves[r.IntN(len(leaves))]
	}
	switch r.IntN(18) {
	case 11, 12:
		return kernel.Sum(some())
	case 13, 14:
		return kernel.Product(some())
	case 15:
		return kernel.Scaled{Factor: v(), Kernel: randomKernel(r, d, depth-1)}
	case 16:
		columns := r.Perm(d)[:1+r.IntN(d)]
		return kernel.Active{Kernel: randomKernel(r, len(columns), depth-1), Columns: columns}
	}
	if r.IntN(2) == 0 {
		return leaves[r.IntN(len(leaves))]
	}
	k := randomKernel(r, d, depth-1)
	if all := kernel.Params(k); len(all) > 0 {
		return kernel.Fix(k, all[r.IntN(len(all))].Name)
	}
	return k
}

// TestRandomKernelsRoundTrip compares kernels as values: types, numbers, columns
// and what is held.
func TestRandomKernelsRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	held := 0
	for range 500 {
		d := 1 + r.IntN(4)
		want := randomKernel(r, d, 4)
		tree, err := kernelTree(want, d)
		if err != nil {
			t.Fatalf("%#v: %v", want, err)
		}
		text, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		held += strings.Count(string(text), `"Held"`)
		var node kernelNode
		if err := decode(text, &node); err != nil {
			t.Fatal(err)
		}
		got, err := node.kernel(d)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got %#v\nwant %#v", got, want)
		}
	}
	if held < 50 {
		t.Errorf("%d held kernels: the test says little of them", held)
	}
}
