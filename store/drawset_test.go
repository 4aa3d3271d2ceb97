package store

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/infer"
	"matheron/rng"
)

// banana is a density that is not normal: x_0 ~ N(0, 1), x_1 ~ N(x_0^2, 0.5^2).
type banana struct{}

func (banana) Dim() int { return 2 }

func (banana) LogProbGrad(grad, x []float64) float64 {
	d := (x[1] - x[0]*x[0]) / 0.25
	grad[0], grad[1] = -x[0]+2*d*x[0], -d
	return -x[0]*x[0]/2 - d*d*0.25/2
}

// runOf draws from banana, more or less of the same run.
func runOf(t testing.TB, m infer.MetricKind, draws int, from *infer.Draws) *infer.Draws {
	t.Helper()
	d, err := infer.NUTS{Metric: m}.Run(context.Background(), banana{}, infer.Run{Key: rng.New(3), Warmup: 60, Draws: draws, Chains: 2, From: from})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// setOf gives draws names, the second of a positive number.
func setOf(d *infer.Draws) *DrawSet {
	values := d.Rows()
	values.Apply(func(_, j int, v float64) float64 {
		if j == 1 {
			return math.Exp(v)
		}
		return v
	}, values)
	return &DrawSet{Names: []string{"a", "ü scale"}, Values: values, Draws: d, Key: rng.New(3)}
}

func saveAndLoadDraws(t *testing.T, d *DrawSet) *DrawSet {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.draws")
	if err := SaveDraws(file, d); err != nil {
		t.Fatal(err)
	}
	got, err := LoadDraws(file)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Draws come back the same, and a run that goes on from a file makes the draws of
// a run that was not stored.
func TestDrawsRoundTrip(t *testing.T) {
	for _, m := range []infer.MetricKind{infer.Diagonal, infer.Dense, infer.Unit} {
		want := setOf(runOf(t, m, 12, nil))
		got := saveAndLoadDraws(t, want)
		if !reflect.DeepEqual(got.Names, want.Names) || got.Key != want.Key || !mat.Equal(got.Values, want.Values) {
			t.Errorf("%v: names, key or values differ", m)
		}
		for k, chains := range got.Draws.Values() {
			for c := range chains {
				for i, v := range chains[c] {
					if got.Draws.Names[k] != want.Names[k] || v != want.Values.At(12*c+i, k) {
						t.Fatalf("%v: the draws have other names or values than their set", m)
					}
				}
			}
		}
		sameRun(t, got.Draws, want.Draws)
		longer := runOf(t, m, 30, nil)
		on := runOf(t, m, 18, got.Draws)
		for c := range longer.Chains {
			if !reflect.DeepEqual(on.Chains[c].X, longer.Chains[c].X[2*12:]) {
				t.Errorf("%v: chain %d goes on with other draws", m, c)
			}
		}
		// Once more, with draws that go on.
		sameRun(t, saveAndLoadDraws(t, setOf(on)).Draws, on)
	}
}

func sameRun(t *testing.T, got, want *infer.Draws) {
	t.Helper()
	if got.Dim != want.Dim || len(got.Chains) != len(want.Chains) {
		t.Fatalf("%d chains of %d dimensions", len(got.Chains), got.Dim)
	}
	for i := range want.Chains {
		g, w := got.Chains[i], want.Chains[i]
		g.Values, w.Values = nil, nil // a file has those of its names
		if !reflect.DeepEqual(g, w) {
			t.Errorf("chain %d is %+v, want %+v", i, g, w)
		}
	}
}

// A run that was cancelled has chains of other lengths, and some without a draw.
func TestDrawsOfACancelledRun(t *testing.T) {
	d := runOf(t, infer.Diagonal, 5, nil)
	c := &d.Chains[0]
	c.X, c.LogProb, c.Energy, c.Accept = c.X[:4], c.LogProb[:2], c.Energy[:2], c.Accept[:2]
	c.Depth, c.Leapfrogs, c.Divergent = c.Depth[:2], c.Leapfrogs[:2], c.Divergent[:2]
	d.Chains = append(d.Chains, infer.Chain{Dim: 2, WarmupIterations: 7})
	got := saveAndLoadDraws(t, setOf(d))
	if got.Draws.Len() != 7 || got.Draws.Chains[2].WarmupIterations != 7 || got.Draws.Chains[2].Len() != 0 || got.Draws.Chains[2].Tuning.Metric != nil {
		t.Errorf("%+v", got.Draws)
	}
	for i := range d.Chains[:2] {
		if !reflect.DeepEqual(got.Draws.Chains[i].X, d.Chains[i].X) {
			t.Errorf("chain %d has other draws", i)
		}
	}
}

// ownMetric is a metric that the package cannot know.
type ownMetric struct{ infer.UnitMetric }

func TestDrawsThatCannotBeStored(t *testing.T) {
	for want, change := range map[string]func(*DrawSet){
		"no draws":                                         func(d *DrawSet) { d.Draws = nil },
		`the name "a" is there twice`:                      func(d *DrawSet) { d.Names = []string{"a", "a"} },
		"6 x 2 values of 1 names in 6 draws":               func(d *DrawSet) { d.Names = d.Names[:1] },
		"5 x 2 values of 2 names in 6 draws":               func(d *DrawSet) { d.Values = d.Values.Slice(0, 5, 0, 2).(*mat.Dense) },
		"a number of the values is not finite":             func(d *DrawSet) { d.Values.Set(1, 1, math.NaN()) },
		"a number of the energies is not finite":           func(d *DrawSet) { d.Draws.Chains[0].Energy[0] = math.Inf(1) },
		"chain 0: other numbers of steps than its 3 draws": func(d *DrawSet) { d.Draws.Chains[0].Depth = nil },
		"chain 1: no form for a metric of type":            func(d *DrawSet) { d.Draws.Chains[1].Tuning.Metric = ownMetric{2} },
		"chain 1: draws without a start":                   func(d *DrawSet) { d.Draws.Chains[1].Start = nil },
		"chain 0: a step size of NaN":                      func(d *DrawSet) { d.Draws.Chains[0].Tuning.StepSize = math.NaN() },
		"chain 0: a metric of 3 dimensions in 2":           func(d *DrawSet) { d.Draws.Chains[0].Tuning.Metric = infer.UnitMetric(3) },
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, "a.draws")
		d := setOf(runOf(t, infer.Diagonal, 3, nil))
		change(d)
		err := SaveDraws(file, d)
		var e *UnsupportedError
		if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), file+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		wantNothingIn(t, dir)
	}
}

func drawsBytes(t testing.TB) []byte { return drawsBytesOf(t, infer.Dense) }

func drawsBytesOf(t testing.TB, m infer.MetricKind) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.draws")
	if err := SaveDraws(file, setOf(runOf(t, m, 3, nil))); err != nil {
		t.Fatal(err)
	}
	return readFile(t, file)
}

// useDraws reads a file and, if it is accepted, does with the draws what one does;
// the only failure is a panic.
func useDraws(t *testing.T, raw []byte) error {
	d, err := readDraws(bytesSource(raw))
	if err != nil {
		checkRefused(t, err, "draws")
		return err
	}
	d.Draws.Even()
	d.Draws.Coordinates()
	for i := range d.Draws.Chains {
		if m := d.Draws.Chains[i].Tuning.Metric; m != nil && m.Dim() < 100 {
			m.Momentum(make([]float64, m.Dim()), rand.New(rand.NewPCG(1, 2)))
		}
	}
	if d.Values != nil {
		d.Values.At(0, len(d.Names)-1)
	}
	return nil
}

func TestHostileDraws(t *testing.T) {
	for _, m := range []infer.MetricKind{infer.Diagonal, infer.Dense} {
		header, arrays := splitPaths(drawsBytesOf(t, m))
		accepted := 0
		mutations(t, header, func(place string, header []byte) {
			defer func() {
				if r := recover(); r != nil {
					t.Errorf("%s: %v", place, r)
				}
			}()
			err := useDraws(t, sealContainer(drawsMagic, 1, header, arrays))
			if err == nil {
				accepted++
			}
			if strings.HasSuffix(place, ".surplus") && !errors.Is(err, ErrInvalid) {
				t.Errorf("%s: %v", place, err)
			}
		})
		if accepted == 0 {
			t.Error("nothing was accepted: the test says nothing of what is used")
		}
	}
}

func FuzzLoadDraws(f *testing.F) {
	for _, m := range []infer.MetricKind{infer.Diagonal, infer.Dense, infer.Unit} {
		raw := drawsBytesOf(f, m)
		header, arrays := splitPaths(raw)
		f.Add(raw, []byte{})
		f.Add(header, arrays)
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		useDraws(t, a)
		useDraws(t, sealContainer(drawsMagic, 1, a, b))
	})
}

// The script of the documentation has the numbers of the file; so has the file that
// version 1 wrote, which stays as it is for good.
func TestDrawsInPython(t *testing.T) {
	interpreter := python(t)
	golden, err := LoadDraws("testdata/v1.draws")
	if err != nil {
		t.Fatal(err)
	}
	if text := string(readFile(t, "testdata/v1.draws.csv")); text != tableOf(golden) {
		t.Errorf("the golden file has other numbers than its table:\n%s", tableOf(golden))
	}
	d := setOf(runOf(t, infer.Dense, 4, nil))
	file := filepath.Join(t.TempDir(), "a.draws")
	if err := SaveDraws(file, d); err != nil {
		t.Fatal(err)
	}
	for file, d := range map[string]*DrawSet{file: d, "testdata/v1.draws": golden} {
		out, err := exec.Command(interpreter, "-S", "../docs/read_draws.py", file).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		sameTable(t, string(out), tableOf(d))
	}
	raw := drawsBytes(t)
	raw[len(raw)-100] ^= 4
	if err := os.WriteFile(file, raw, 0o666); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(interpreter, "-S", "../docs/read_draws.py", file).CombinedOutput(); err == nil || !strings.Contains(string(out), "checksum") {
		t.Errorf("got %v and %q, want an error about the checksum", err, out)
	}
}

// tableOf is what the script prints, numbers in Go's form.
func tableOf(d *DrawSet) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(append([]string{"chain", "draw", "log_prob", "energy", "divergent"}, d.Names...))
	num := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	row := 0
	for i := range d.Draws.Chains {
		c := &d.Draws.Chains[i]
		for j := range c.Len() {
			divergent := "0"
			if c.Divergent[j] {
				divergent = "1"
			}
			cells := []string{strconv.Itoa(i), strconv.Itoa(j), num(c.LogProb[j]), num(c.Energy[j]), divergent}
			for _, v := range d.Values.RawRowView(row) {
				cells = append(cells, num(v))
			}
			w.Write(cells)
			row++
		}
	}
	w.Flush()
	return b.String()
}

// sameTable compares tables number by number, to the last bit.
func sameTable(t *testing.T, got, want string) {
	t.Helper()
	g, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	w, err := csv.NewReader(strings.NewReader(want)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(g) != len(w) || !reflect.DeepEqual(g[0], w[0]) {
		t.Fatalf("%d rows of %v, want %d of %v", len(g), g[0], len(w), w[0])
	}
	for i := range w {
		for j := range w[i] {
			a, errA := strconv.ParseFloat(g[i][j], 64)
			b, errB := strconv.ParseFloat(w[i][j], 64)
			if i > 0 && (errA != nil || errB != nil || a != b) {
				t.Errorf("row %d, column %d: %s, want %s", i, j, g[i][j], w[i][j])
			}
		}
	}
}
