package demo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"matheron/internal/demo"
)

// numbers returns the numbers of a JSON text by their path of keys.
func numbers(t *testing.T, text []byte) map[string]float64 {
	t.Helper()
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case float64:
			out[path] = v
		case map[string]any:
			for k, e := range v {
				walk(path+"."+k, e)
			}
		case []any:
			for i, e := range v {
				walk(fmt.Sprintf("%s.%d", path, i), e)
			}
		}
	}
	walk("", v)
	return out
}

func marshal(t *testing.T, r *demo.Results) []byte {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// settings are what is the same for every seed: sizes, places and parameters; and
// what does not depend on the readings, as the posterior's variance does not.
var settings = strings.Fields(`
	baseline.rows baseline.variance baseline.lengthscale baseline.noise_variance baseline.jitter
	baseline.paths baseline.features baseline.exact_width
	bayesian.sites bayesian.chains bayesian.warmup bayesian.draws bayesian.target_accept
	bayesian.jitter bayesian.paths bayesian.features
	decoupled.inducing decoupled.from decoupled.to decoupled.jitter decoupled.paths
	decoupled.features decoupled.sd_error decoupled.svi.batch decoupled.svi.epochs
	decoupled.svi.rate decoupled.optimum.inducing
	functionals.threshold functionals.feasible_lower functionals.feasible_upper
	functionals.points.1 functionals.points.2.x
	gradient.points.0 gradient.points.1.step gradient.maximum.starts
	level_set.level active_learning.bald_laws active_learning.variance_exact
	surrogate.u surrogate.noise_variance surrogate.prior_mean surrogate.prior_sd
	surrogate.paths surrogate.features
	optimum.reach optimum.truth
	linear.integral.exact_sd linear.inner_product.exact_sd linear.curvature.exact_sd
	linear.integral.truth linear.inner_product.truth linear.curvature.truth
	information.outer information.inner information.designs.places information.designs.exact
	information.single.places information.single.exact
	calibration.rows calibration.paths calibration.fit.paths calibration.fit.features
	policy.start policy.horizon policy.truth
	ensemble.members ensemble.rows ensemble.coverage.level ensemble.coverage.se`)

// Every other number changes with the seed. Counts, and points of a grid, may be the
// same for two seeds; of three, one differs.
func TestNumbersChangeWithTheSeed(t *testing.T) {
	a := numbers(t, marshal(t, run(t, 0)))
	others := []map[string]float64{numbers(t, marshal(t, run(t, 1))), numbers(t, marshal(t, run(t, 2)))}
	changed := map[string]bool{}
	for path, v := range a {
		path = path[1:]
		section, _, _ := strings.Cut(path, ".")
		if slices.ContainsFunc(settings, func(s string) bool {
			return strings.HasPrefix(path+".", s+".") || strings.HasPrefix(bare(path)+".", s+".")
		}) {
			continue
		}
		differs := false
		for _, b := range others {
			w, ok := b["."+path]
			if !ok {
				t.Errorf("%s is there for one seed alone", path)
			}
			differs = differs || v != w
		}
		if whole := v == math.Trunc(v); !differs && !whole {
			t.Errorf("%s is %v for three seeds", path, v)
		}
		changed[section] = changed[section] || differs
	}
	for _, s := range demo.Sections() {
		if !changed[s.Key] {
			t.Errorf("nothing of %s changes with the seed", s.Key)
		}
	}
}

// bare returns a path without its indices.
func bare(path string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(path, "."), func(k string) bool {
		return k[0] >= '0' && k[0] <= '9'
	}), ".")
}

// The same seed gives the same bits for any number of processors.
func TestSameBits(t *testing.T) {
	want := marshal(t, run(t, 0))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, n := range []int{1, 4} {
		runtime.GOMAXPROCS(n)
		r, err := demo.Run(context.Background(), demo.Options{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := marshal(t, r); string(got) != string(want) {
			a, b := numbers(t, got), numbers(t, want)
			for k, v := range b {
				if a[k] != v {
					t.Errorf("%d processors: %s is %v, and %v otherwise", n, k, a[k], v)
				}
			}
		}
	}
}

// Sections are told of in order, each is a key of the summary, and the first error
// names its section.
func TestRun(t *testing.T) {
	var told []string
	r, err := demo.Run(context.Background(), demo.Options{Seed: 2}, func(s demo.Section, _ *demo.Results) error {
		told = append(told, s.Key)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, s := range demo.Sections() {
		keys = append(keys, s.Key)
	}
	if !slices.Equal(told, keys) || len(keys) != 15 {
		t.Errorf("told of %v, sections are %v", told, keys)
	}
	var summary map[string]json.RawMessage
	if err := json.Unmarshal(marshal(t, r), &summary); err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		if summary[k] == nil {
			t.Errorf("no key %q in the summary", k)
		}
	}
	if len(summary) != len(keys) {
		t.Errorf("%d keys for %d sections", len(summary), len(keys))
	}

	ctx, cancel := context.WithCancel(context.Background())
	r, err = demo.Run(ctx, demo.Options{}, func(s demo.Section, r *demo.Results) error {
		if s.Key == "baseline" {
			if r.Baseline == nil {
				t.Error("told before the result is there")
			}
			cancel()
		}
		return nil
	})
	var failed *demo.SectionError
	if !errors.As(err, &failed) || failed.Section.Key != "bayesian" || !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if r.Baseline == nil || r.Bayesian != nil {
		t.Error("the results so far are the baseline")
	}
	stop := errors.New("enough")
	r, err = demo.Run(context.Background(), demo.Options{}, func(demo.Section, *demo.Results) error { return stop })
	if err != stop || r.Baseline == nil || r.Bayesian != nil {
		t.Errorf("error of progress: %v", err)
	}
}

func TestBadTables(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		table demo.Table
		want  string
	}{
		{demo.Table{Input: "a", Target: "b", X: []float64{1, 2, 3}, Y: []float64{1, 2, 3}}, "3 rows"},
		{demo.Table{Input: "a", Target: "b", X: make([]float64, demo.MaxRows+1), Y: make([]float64, demo.MaxRows+1)}, "501 rows"},
		{demo.Table{Input: "a", Target: "b", X: []float64{1, 2, nan, 4}, Y: []float64{1, 2, 3, 4}}, `row 3, column "a"`},
		{demo.Table{Input: "a", Target: "b", X: []float64{1, 2, 3, 4}, Y: []float64{1, math.Inf(1), 3, 4}}, `row 2, column "b"`},
		{demo.Table{Input: "a", Target: "b", X: []float64{1, 1, 1, 1}, Y: []float64{1, 2, 3, 4}}, `column "a": all values are equal`},
		{demo.Table{Input: "a", Target: "b", X: []float64{1, 2, 3, 4}, Y: []float64{1, 1, 1, 1}}, `column "b": all values are equal`},
		{demo.Table{Input: "a", Target: "b", X: []float64{1, 2, 3, 4}, Y: []float64{3, 2.9999999999999996, 3, 3}}, `column "b": all values are equal`},
	} {
		_, err := demo.New(context.Background(), demo.Options{Data: &c.table})
		var bad *demo.TableError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %v, want one of %q", err, c.want)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		example(b, 0)
	}
}

// BenchmarkSections reports the time of each section and use.
func BenchmarkSections(b *testing.B) {
	ctx := context.Background()
	r := run(b, 0)
	s := r.Example
	for name, f := range map[string]func() error{
		"baseline":        func() error { _, err := s.Baseline(ctx); return err },
		"bayesian":        func() error { _, err := s.Bayesian(ctx, r.Baseline); return err },
		"decoupled":       func() error { _, err := s.Decoupled(ctx, r.Baseline); return err },
		"thompson":        func() error { _, err := s.Thompson(ctx); return err },
		"functionals":     func() error { _, err := s.Functionals(ctx); return err },
		"gradient":        func() error { _, err := s.Gradient(ctx, r.Functionals); return err },
		"level_set":       func() error { _, err := s.LevelSet(ctx); return err },
		"active_learning": func() error { _, err := s.ActiveLearning(ctx, r.Bayesian); return err },
		"surrogate":       func() error { _, err := s.Surrogate(ctx); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRun is all of it.
func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		if _, err := demo.Run(context.Background(), demo.Options{}, nil); err != nil {
			b.Fatal(err)
		}
	}
}
