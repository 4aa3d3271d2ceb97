package kernel_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
)

// reference is a case of testdata/kernels.json and testdata/composites.json:
// values and gradients of sum(weights*K) by JAX's automatic differentiation.
type reference struct {
	Kernel  string
	Text    string
	D       int
	Names   []string
	Params  []float64
	X, Y, K [][]float64
	Weights [][]float64
	GradLog []float64   `json:"grad_log_params"`
	GradX   [][]float64 `json:"grad_X"`
}

func readReferences(t *testing.T, path string) []reference {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []reference }
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) == 0 {
		t.Fatalf("%s has no cases", path)
	}
	return file.Cases
}

func dense(rows [][]float64) *mat.Dense {
	return mat.NewDense(len(rows), len(rows[0]), slices.Concat(rows...))
}

// near compares to the 1e-10 that the references are asked to be met with,
// relative where numbers are beyond 1.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-10*math.Max(1, math.Abs(want))) {
		t.Errorf("%s = %.17g, want %.17g", what, got, want)
	}
}

func (c reference) check(t *testing.T, text string) {
	e, err := kernel.Parse(text, columnNames(c.D))
	if err != nil {
		t.Fatal(err)
	}
	params := kernel.Params(e.Kernel)
	if len(params) != len(c.Params) {
		t.Fatalf("%d parameters, want %d", len(params), len(c.Params))
	}
	for i, name := range c.Names {
		if params[i].Name != name {
			t.Errorf("parameter %d is %s, want %s", i, params[i].Name, name)
		}
	}
	k := kernel.WithParams(e.Kernel, c.Params)
	x, y, w, want := dense(c.X), dense(c.Y), dense(c.Weights), dense(c.K)
	n, m := want.Dims()
	cov := covOf(k, x, y)
	for i := range n {
		for j := range m {
			near(t, fmt.Sprintf("K[%d][%d]", i, j), cov.At(i, j), want.At(i, j))
		}
	}
	for _, given := range []*mat.Dense{cov, nil} {
		grad := make([]float64, len(params))
		k.(kernel.ParamGrader).ParamGrad(grad, w, given, x, y)
		for i, g := range grad {
			near(t, "d/dlog "+params[i].Name, g*c.Params[i], c.GradLog[i])
		}
		if kernel.CheckGrad(k) != nil {
			continue // Matern-1/2, to which JAX gives a derivative where there is one
		}
		dx := mat.NewDense(n, c.D, nil)
		k.(kernel.InputGrader).InputGrad(dx, w, given, x, y)
		for i := range n {
			for d := range c.D {
				near(t, fmt.Sprintf("d/dx[%d][%d]", i, d), dx.At(i, d), c.GradX[i][d])
			}
		}
	}
}

func TestReferenceKernels(t *testing.T) {
	texts := map[string]string{"polynomial3": "polynomial(degree=3)", "linear": "linear", "constant": "constant"}
	for _, c := range readReferences(t, "testdata/kernels.json") {
		text := texts[c.Kernel]
		if text == "" {
			text = c.Kernel + "(ard)"
		}
		t.Run(fmt.Sprintf("%s/D=%d", c.Kernel, c.D), func(t *testing.T) { c.check(t, text) })
	}
}

// The kernels that GPJax has, which the others are not made with.
func TestReferenceGPJax(t *testing.T) {
	files, err := filepath.Glob("testdata/gpjax_*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		for _, c := range readReferences(t, file) {
			t.Run(fmt.Sprintf("%s/D=%d", c.Text, c.D), func(t *testing.T) { c.check(t, c.Text) })
		}
	}
}

func TestReferenceComposites(t *testing.T) {
	for _, c := range readReferences(t, "testdata/composites.json") {
		t.Run(c.Text, func(t *testing.T) {
			if len(c.Names) != len(c.Params) {
				t.Fatal("the case has no names")
			}
			c.check(t, c.Text)
		})
	}
}
