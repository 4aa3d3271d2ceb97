package store

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
	"matheron/rng"
)

// ownKernel is a kernel that the package cannot know.
type ownKernel struct{ kernel.RBF }

func TestWhatCannotBeStored(t *testing.T) {
	square := gp.Func{F: func(x []float64) float64 { return x[0] * x[0] }}
	for _, c := range []struct {
		name   string
		change func(*Model)
		want   string
	}{
		{"mean", func(m *Model) { m.Prior.Mean = square }, "cannot be stored: the mean is a Go function"},
		{"kernel", func(m *Model) { m.Prior.Kernel = ownKernel{} }, "no form for a kernel of type store.ownKernel"},
		{"kernel inside", func(m *Model) { m.Prior.Kernel = kernel.Add(ownKernel{}, kernel.Constant{Variance: 1}) }, "no form for a kernel of type store.ownKernel"},
		{"lengthscales", func(m *Model) {
			m.Prior.Kernel = kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1, 2)}
		}, "kernel RBF: 2 numbers of lengthscale, want 1"},
		{"variance", func(m *Model) { m.Prior.Kernel = kernel.Constant{Variance: -1} }, "variance is -1"},
		{"not finite", func(m *Model) { m.Kind.(*Exact).X.Set(3, 0, math.NaN()) }, "row 4, column 1: the input is NaN"},
		{"target", func(m *Model) { m.Kind.(*Exact).Y[2] = math.Inf(1) }, "row 3: the target is +Inf"},
		{"noise", func(m *Model) { m.Noise = gp.NoiseRows(1, 2) }, "2 numbers of noise variance, want 9"},
		{"jitter", func(m *Model) { m.Prior.Jitter = math.Inf(1) }, "jitter is +Inf"},
		{"evidence", func(m *Model) { m.Fit.LogEvidence = math.NaN() }, "the log evidence of the fit is NaN"},
		{"parameter", func(m *Model) { m.Fit.Params[0].Value = math.NaN() }, "parameter RBF.variance of the fit is NaN"},
		{"names", func(m *Model) { m.Inputs = []string{"a", "b"} }, "2 names for 1 inputs"},
		{"text", func(m *Model) { m.Target = "\xff" }, `the name "\xff" is not UTF-8`},
		{"scaling", func(m *Model) { m.Scaling = &data.Scaling{Names: []string{"z"}, Inputs: make([]data.Affine, 1)} }, `a standardisation of the inputs ["z"], where the inputs are ["x"]`},
		{"slopes", func(m *Model) { m.Prior.Mean = gp.Linear{Slopes: []float64{1, 2}} }, "a mean of 2 slopes for 1 inputs"},
		{"draw of an unknown name", func(m *Model) { withDraws(m, drawsOf(1, "RBF.variance")) }, `draws of "RBF.variance", which is no free parameter`},
		{"draw twice", func(m *Model) { withDraws(m, drawsOf(1, gp.NoiseName, gp.NoiseName)) }, `draws of "noise_variance", which is no free parameter or is there twice`},
		{"draw of a noise a row", func(m *Model) { m.Noise = gp.NoiseRows(make([]float64, 9)...); withDraws(m, drawsOf(1, gp.NoiseName)) }, `draws of "noise_variance"`},
		{"draw not finite", func(m *Model) { withDraws(m, drawsOf(math.NaN(), gp.NoiseName)) }, "draw 0: noise_variance is NaN"},
		{"draw outside", func(m *Model) { withDraws(m, drawsOf(-1, "sum.0.RBF.lengthscale")) }, "draw 0: sum.0.RBF.lengthscale"},
		{"negative noise in a draw", func(m *Model) { withDraws(m, drawsOf(-1, gp.NoiseName)) }, "draw 0: noise variance is -1"},
		{"no draws", func(m *Model) { withDraws(m, nil) }, "no draws"},
		{"empty draws", func(m *Model) { withDraws(m, &Draws{}) }, "no draws"},
		{"no kind", func(m *Model) { m.Kind = nil }, "the model has no Kind"},
		{"sd", func(m *Model) {
			m.Scaling = &data.Scaling{Names: []string{"x"}, Inputs: []data.Affine{{Scale: 1}}, Target: data.Affine{Scale: -1}}
		}, "must be greater than 0"},
		{"chains", func(m *Model) { withDraws(m, drawsOf(1, gp.NoiseName)).Chains = []int{1, 2} }, "chains of [1 2] draws, where there are 2"},
		{"nothing of a sparse model", func(m *Model) { m.Kind = &Sparse{} }, "no inducing inputs"},
		{"noise of a sparse model", func(m *Model) { toSparse(m); m.Noise = gp.NoiseRows(1) }, "noise_variance: one a row of a sparse model"},
		{"guide", func(m *Model) { toSparse(m).ScaleTril.Set(0, 0, 0) }, "guide parameter"},
		{"guide of others", func(m *Model) { toSparse(m).Mean = []float64{1} }, "a guide of 1 means"},
		{"inducing inputs", func(m *Model) { toSparse(m).Z.Set(1, 0, math.Inf(1)) }, "inducing input 1 is [+Inf]"},
		{"extents", func(m *Model) { toSparse(m).Inputs[0].Min = 7 }, "the extent of input 0 is {7 0.5 1}"},
		{"no extents", func(m *Model) { toSparse(m).Inputs = nil }, "extents of 0 inputs of 1"},
		{"bound", func(m *Model) { toSparse(m).ELBO = math.Inf(-1) }, "9 rows with a bound of -Inf"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := small().model(t)
			m.Scaling = nil
			c.change(m)
			dir := t.TempDir()
			file := filepath.Join(dir, "model.json")
			err := SaveModel(file, m)
			var e *UnsupportedError
			if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), file+": ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			wantNothingIn(t, dir)
		})
	}
}

// drawsOf returns two draws that are a number in all parameters.
func drawsOf(v float64, names ...string) *Draws {
	values := mat.NewDense(2, len(names), nil)
	values.Apply(func(_, _ int, _ float64) float64 { return v }, values)
	return &Draws{Names: names, Values: values, Chains: []int{2}}
}

// withDraws makes m a mixture.
func withDraws(m *Model, d *Draws) *Draws {
	x, y := m.Kind.xy()
	m.Kind = &Mixture{x, y, d}
	return d
}

// toSparse makes m a sparse model.
func toSparse(m *Model) *Sparse {
	s := &Sparse{
		Z: mat.NewDense(2, 1, []float64{0, 1}), Mean: []float64{1, 2}, ScaleTril: mat.NewDense(2, 2, []float64{1, 0, 0.5, 1}),
		NumRows: 9, ELBO: -3, Inputs: []Extent{{0, 0.5, 1}},
	}
	m.Kind = s
	return s
}

func TestPathsThatCannotBeStored(t *testing.T) {
	square := gp.Func{F: func(x []float64) float64 { return x[0] * x[0] }}
	m := small().model(t)
	m.Prior.Mean = square
	p, err := pathwise.Sampler{Posterior: exactOf(t, m), Features: 4}.Draw(rng.New(1), 1)
	if err != nil {
		t.Fatal(err)
	}
	// Update weights that overflowed are seen when they are written.
	good := small().paths(t, 1)
	state := good.InModelUnits.States()[0]
	state.Update = mat.DenseCopyOf(state.Update)
	state.Update.Set(8, 0, math.Inf(1))
	overflown, err := pathwise.Restore(state)
	if err != nil {
		t.Fatal(err)
	}
	state = good.InModelUnits.States()[0]
	state.Bases = []basis.Stack{{ownFeatures{state.Bases[0][0]}, state.Bases[0][1]}}
	own, err := pathwise.Restore(state)
	if err != nil {
		t.Fatal(err)
	}
	for want, p := range map[string]*pathwise.Paths{
		"the mean is a Go function":                      p,
		"a number of the update weights is not finite":   overflown,
		"no form for features of type store.ownFeatures": own,
	} {
		dir := t.TempDir()
		err := SavePaths(filepath.Join(dir, "a.paths"), &PathSet{InputNames: m.Inputs, InModelUnits: p})
		var e *UnsupportedError
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		wantNothingIn(t, dir)
	}
}

type ownFeatures struct{ basis.Basis }

func wantNothingIn(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		t.Errorf("%s was left", f.Name())
	}
}

func TestUnwritable(t *testing.T) {
	for _, file := range []string{filepath.Join(t.TempDir(), "none", "a"), t.TempDir()} {
		for _, err := range []error{SaveModel(file, small().model(t)), SavePaths(file, small().paths(t, 1))} {
			if err == nil || !strings.Contains(err.Error(), file) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: got %v", file, err)
			}
		}
	}
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full")
	}
	for _, err := range []error{SaveModel("/dev/full", small().model(t)), SavePaths("/dev/full", small().paths(t, 1))} {
		if err == nil || !strings.Contains(err.Error(), "/dev/full") {
			t.Errorf("a full device: got %v", err)
		}
	}
}

// TestSameBytes saves the same paths and the same model twice.
func TestSameBytes(t *testing.T) {
	for _, f := range formats() {
		first := f.bytes(t)
		if second := f.bytes(t); !bytes.Equal(first, second) {
			t.Errorf("%s: saving twice gives other bytes", f.name)
		}
	}
}

// TestNumbersRoundTrip has numbers at the ends of float64 in both formats.
func TestNumbersRoundTrip(t *testing.T) {
	special := []float64{0, math.Copysign(0, -1), math.SmallestNonzeroFloat64, -math.MaxFloat64, 1.0 / 3, 1e21, 1e-7, 123456789012345680, 5e-324}
	m := small().model(t)
	m.Scaling = nil
	x, y := m.Kind.xy()
	copy(y, special)
	for i, v := range special {
		x.Set(i, 0, v)
	}
	file := filepath.Join(t.TempDir(), "model.json")
	if err := SaveModel(file, m); err != nil {
		t.Fatal(err)
	}
	got, err := LoadModel(file)
	if err != nil {
		t.Fatal(err)
	}
	x, y = got.Kind.xy()
	for i, v := range special {
		if math.Float64bits(y[i]) != math.Float64bits(v) || math.Float64bits(x.At(i, 0)) != math.Float64bits(v) {
			t.Errorf("%v came back as %v and %v", v, y[i], x.At(i, 0))
		}
	}
}
