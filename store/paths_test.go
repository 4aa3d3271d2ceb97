package store

import (
	"errors"
	"path/filepath"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/pathwise"
)

// sameBits fails unless the matrices are equal, every number to the last bit.
func sameBits(t *testing.T, what string, got, want mat.Matrix) {
	t.Helper()
	if !mat.Equal(got, want) {
		t.Errorf("%s: what was loaded differs from what was saved", what)
	}
}

func saveAndLoadPaths(t testing.TB, p *PathSet) *PathSet {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.paths")
	if err := SavePaths(file, p); err != nil {
		t.Fatal(err)
	}
	got, err := LoadPaths(file)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestPathsRoundTrip(t *testing.T) {
	for _, c := range storedCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := c.paths(t, 4)
			got := saveAndLoadPaths(t, want)
			d := len(c.inputs)
			if !reflect.DeepEqual(got.InputNames, want.InputNames) || got.Target != want.Target || !reflect.DeepEqual(got.Scaling, want.Scaling) {
				t.Errorf("names or scaling: got %v %q %v, want %v %q %v", got.InputNames, got.Target, got.Scaling, want.InputNames, want.Target, want.Scaling)
			}
			x := grid(7, d, 0.37)
			samePaths(t, got, want, x)
			if g, w := len(got.InModelUnits.Parts()), len(want.InModelUnits.Parts()); g != w {
				t.Fatalf("%d parts, want %d", g, w)
			}
			for i, w := range want.InModelUnits.Parts() {
				g := got.InModelUnits.Parts()[i]
				if !reflect.DeepEqual(g.Components(), w.Components()) {
					t.Errorf("components %v, want %v", g.Components(), w.Components())
				}
				for j := range w.Components() {
					sameBits(t, "component", g.Component(j).Eval(x), w.Component(j).Eval(x))
				}
			}
			more, y := grid(3, d, 0.71), []float64{1, -1, 2}
			g, err := got.InModelUnits.Condition(more, y, gp.Noise(0.3))
			if c.guides() {
				if !errors.Is(err, pathwise.ErrNoRows) {
					t.Errorf("Condition of paths of a guide: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			w, err := want.InModelUnits.Condition(more, y, gp.Noise(0.3))
			if err != nil {
				t.Fatal(err)
			}
			got.InModelUnits, want.InModelUnits = g, w
			samePaths(t, got, want, x)
			// What was conditioned further has one noise a row: once more through a
			// file. Loading factorises afresh what had been extended by append.
			again := saveAndLoadPaths(t, got)
			sameFunctions(t, again, want, x)
			closeMoments(t, again, want, x)
		})
	}
}

// closeMoments compares what depends on the factor of H: cond(H) is below 1e5 in
// all cases, so that rounding stays below 100 x 2e-16 x 1e5.
func closeMoments(t *testing.T, got, want *PathSet, x *mat.Dense) {
	t.Helper()
	gm, gc, err := got.InModelUnits.Moments(0, x)
	if err != nil {
		t.Fatal(err)
	}
	wm, wc, err := want.InModelUnits.Moments(0, x)
	if err != nil {
		t.Fatal(err)
	}
	const tol = 2e-9
	if !floats.EqualApprox(gm, wm, tol) || !mat.EqualApprox(gc, wc, tol) {
		t.Error("Moments: what was loaded differs from what was saved by more than rounding")
	}
}

func samePaths(t *testing.T, got, want *PathSet, x *mat.Dense) {
	t.Helper()
	sameFunctions(t, got, want, x)
	for _, s := range []int{0, want.InModelUnits.Len() - 1} {
		gm, gc, err := got.InModelUnits.Moments(s, x)
		if err != nil {
			t.Fatal(err)
		}
		wm, wc, err := want.InModelUnits.Moments(s, x)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(gm, wm) {
			t.Error("Moments: other means")
		}
		sameBits(t, "Moments", gc, wc)
	}
}

func sameFunctions(t *testing.T, got, want *PathSet, x *mat.Dense) {
	t.Helper()
	sameBits(t, "Eval", got.InModelUnits.Eval(x), want.InModelUnits.Eval(x))
	g, err := got.InModelUnits.Grad(x)
	w, wantErr := want.InModelUnits.Grad(x)
	if (err == nil) != (wantErr == nil) {
		t.Errorf("Grad: %v, want %v", err, wantErr)
	}
	for s := range w {
		sameBits(t, "Grad", g[s], w[s])
	}
}
