package emulate_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/emulate"
	"matheron/function"
	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/progress"
	"matheron/rng"
)

// moments returns E c^0, ..., E c^n of c ~ N(m, v): E c^k = m E c^(k-1) + (k-1) v E
// c^(k-2).
func moments(m, v float64, n int) []float64 {
	out := make([]float64, n+1)
	out[0], out[1] = 1, m
	for k := 2; k <= n; k++ {
		out[k] = m*out[k-1] + float64(k-1)*v*out[k-2]
	}
	return out
}

// linear is a controlled system x' = x + w x + b a with unknown w and b, learned from
// noisy steps: a Gaussian process with a linear kernel, whose features are exact,
// and the policy a = -0.4 x. Its closed loop is x' = c x with normal c. Also
// returned are the mean and variance of c.
func linear(t testing.TB, n int) (r emulate.Rollout, m, v float64) {
	t.Helper()
	x := mat.NewDense(6, 2, []float64{1, 0.3, -0.8, 0.5, 0.4, -1, -1.2, -0.7, 0.6, 0.9, 0.1, 1.1})
	y := make([]float64, 6)
	for i := range y {
		y[i] = -0.1*x.At(i, 0) + 0.5*x.At(i, 1) + 0.1*math.Sin(float64(5*i))
	}
	// The bias must be positive; of a deviation of 1e-8 nothing is seen below.
	post, err := gp.Prior{Kernel: kernel.Linear{Bias: 1e-16, Variance: []float64{1, 1}}}.Condition(x, y, gp.Noise(0.05))
	if err != nil {
		t.Fatal(err)
	}
	paths, err := pathwise.Sampler{Posterior: post}.Draw(rng.New(7), n)
	if err != nil {
		t.Fatal(err)
	}
	loop := mat.NewDense(1, 2, []float64{1, -0.4}) // f(x, -0.4 x) = x f(1, -0.4)
	return emulate.Rollout{
		Dynamics: []function.Functions{paths},
		Actions:  1,
		Policy:   func(a, x []float64, _ int) { a[0] = -0.4 * x[0] },
		Reward:   func(_, _, next []float64, _ int) float64 { return next[0] },
		Horizon:  6,
		Discount: 0.9,
	}, 1 + post.Mean(nil, loop)[0], post.Variance(nil, loop)[0]
}

// J = x0 sum_t g^t c^(t+1) is a polynomial in the normal c: its moments are known.
func TestLinearGaussianReturn(t *testing.T) {
	const n, x0 = 4096, 2.0
	r, m, v := linear(t, n)
	got, err := r.Run(context.Background(), mat.NewDense(1, 1, []float64{x0}))
	if err != nil {
		t.Fatal(err)
	}
	e := moments(m, v, 4*r.Horizon)
	mean, second, dynamics := 0.0, 0.0, 0.0
	for i := range r.Horizon {
		gi := math.Pow(r.Discount, float64(i))
		mean += x0 * gi * e[i+1]
		dynamics += x0 * gi * math.Pow(m, float64(i+1))
		for j := range r.Horizon {
			second += x0 * x0 * gi * math.Pow(r.Discount, float64(j)) * e[i+j+2]
		}
	}
	sd := math.Sqrt(second - mean*mean)
	if d := math.Abs(got.Mean() - mean); d > 4*sd/math.Sqrt(n) {
		t.Errorf("mean return %v, exactly %v (sd %v)", got.Mean(), mean, sd)
	}
	// sd / sqrt(2 n) is the error of the SD of a normal; excess kurtosis, here about
	// 1, raises it by a fifth.
	if d := math.Abs(got.SD() - sd); d > 5*sd/math.Sqrt(2*n) {
		t.Errorf("SD of the return %v, exactly %v", got.SD(), sd)
	}
	if se := got.SD() / 64; math.Abs(got.StandardError()-se) > 1e-15 {
		t.Errorf("standard error %v, want %v", got.StandardError(), se)
	}
	// The polynomial is monotone where c is: its quantiles are those of c.
	for z, p := range map[float64]float64{-1: 0.15865525393145707, 0: 0.5, 1: 0.8413447460685429} {
		c, want := m+z*math.Sqrt(v), 0.0
		for i := range r.Horizon {
			want += x0 * math.Pow(r.Discount, float64(i)) * math.Pow(c, float64(i+1))
		}
		// sqrt(p (1-p) / n) / density <= 1.7 sd / sqrt(n) for a normal; twice that for
		// skewness.
		if q := got.Quantile(p); math.Abs(q-want) > 4*2*1.7*sd/math.Sqrt(n) {
			t.Errorf("quantile %.3f is %v, exactly %v", p, q, want)
		}
	}
	// The mean of 4,096 paths is within their Monte Carlo error of the posterior mean.
	slope := 0.0
	for i := range r.Horizon {
		slope += x0 * math.Pow(r.Discount, float64(i)) * float64(i+1) * math.Pow(m, float64(i))
	}
	if d := math.Abs(got.MeanDynamicsReturn() - dynamics); d > 4*slope*math.Sqrt(v/n) {
		t.Errorf("mean dynamics give %v, exactly %v", got.MeanDynamicsReturn(), dynamics)
	}
	if mean-got.MeanDynamicsReturn() < 8*got.StandardError() {
		t.Errorf("mean dynamics give %v, not distinguishable from the mean return %v: the test shows nothing", dynamics, mean)
	}
}

// fresh is dynamics that take another function at each step: every step has the
// right marginal, and no two steps agree.
type fresh struct{ *slopes }

func (f fresh) EvalEach(xs []*mat.Dense) [][]float64 {
	out := make([][]float64, len(xs))
	for s, x := range xs {
		out[s] = []float64{f.a[(s+f.at)%len(f.a)] * x.At(0, 0)}
	}
	f.at += 131
	return out
}

// With a fresh marginal draw at each step the errors average out: E J is that of the
// mean dynamics and the spread is far too small.
func TestFreshDrawPerStepIsWrong(t *testing.T) {
	const n, x0 = 4096, 2.0
	r, m, v := linear(t, 1)
	a, random := make([]float64, n), rng.New(3).Rand()
	for i := range a {
		a[i] = m - 1 + math.Sqrt(v)*random.NormFloat64()
	}
	r.Actions, r.Policy = 0, nil
	run := func(d function.Functions) *emulate.Returns {
		r.Dynamics = []function.Functions{d}
		got, err := r.Run(context.Background(), mat.NewDense(1, 1, []float64{x0}))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	coherent, independent := run(&slopes{a: a}), run(fresh{&slopes{a: a}})

	e := moments(m, v, 4*r.Horizon)
	right, wrong, second, wrongSecond := 0.0, 0.0, 0.0, 0.0
	for i := range r.Horizon {
		right += x0 * math.Pow(r.Discount, float64(i)) * e[i+1]
		wrong += x0 * math.Pow(r.Discount, float64(i)) * math.Pow(m, float64(i+1))
		for j := range r.Horizon {
			w := x0 * x0 * math.Pow(r.Discount, float64(i+j))
			second += w * e[i+j+2]
			// Shared factors are squared, the others independent.
			shared := float64(min(i, j) + 1)
			wrongSecond += w * math.Pow(m*m+v, shared) * math.Pow(m, math.Abs(float64(i-j)))
		}
	}
	sd, wrongSD := math.Sqrt(second-right*right), math.Sqrt(wrongSecond-wrong*wrong)
	for _, c := range []struct {
		name     string
		got      *emulate.Returns
		mean, sd float64
	}{{"a path", coherent, right, sd}, {"fresh draws", independent, wrong, wrongSD}} {
		// Monte Carlo errors as in TestLinearGaussianReturn.
		if math.Abs(c.got.Mean()-c.mean) > 4*c.sd/math.Sqrt(n) || math.Abs(c.got.SD()-c.sd) > 5*c.sd/math.Sqrt(2*n) {
			t.Errorf("%s: return %v +- %v, closed form %v +- %v", c.name, c.got.Mean(), c.got.SD(), c.mean, c.sd)
		}
	}
	if wrongSD > 0.75*sd || right-wrong < 0.1*sd {
		t.Errorf("fresh draws give %v +- %v and paths %v +- %v: the test shows nothing", wrong, wrongSD, right, sd)
	}
}

// Two dimensions of the state, one of them known, several starts, actions: every
// trajectory is what one gets by hand from the path alone.
func TestRolloutByHand(t *testing.T) {
	x := mat.NewDense(9, 3, nil)
	y := make([]float64, 9)
	for i := range 9 {
		x.SetRow(i, []float64{float64(i%3) - 1, float64(i/3) - 1, math.Sin(float64(i))})
		y[i] = 0.2*math.Sin(x.At(i, 0)) - 0.1*x.At(i, 1) + 0.1*x.At(i, 2)
	}
	paths := draw(t, kernel.RBF{Variance: 0.1, Lengthscale: kernel.Shared(1)}, x, y, 1e-3, 64, 5, 2)
	position := function.Of(3, func(x []float64) float64 { return 0.5 * x[1] })
	r := emulate.Rollout{
		Dynamics: []function.Functions{position, paths},
		Actions:  1,
		Policy:   func(a, x []float64, step int) { a[0] += math.Tanh(x[0]-x[1]) + 0.1*float64(step) },
		Reward:   func(x, a, next []float64, step int) float64 { return -x[0]*x[0] - a[0]*a[0] + next[1]*float64(step) },
		Done:     func(x []float64, _ int) bool { return x[0] > 0.7 },
		Horizon:  5,
		Discount: 0.8,
		Keep:     true,
	}
	starts := mat.NewDense(3, 2, []float64{0, 0, 0.5, 0.6, -1, 0.2})
	got, err := r.Run(context.Background(), starts)
	if err != nil {
		t.Fatal(err)
	}
	for s := range 5 {
		for i := range 3 {
			state := []float64{starts.At(i, 0), starts.At(i, 1)}
			want, ended := 0.0, false
			for step := range r.Horizon {
				if !ended {
					a := []float64{0}
					r.Policy(a, state, step)
					next := []float64{state[0] + 0.5*state[1], state[1] + paths.Path(s).At([]float64{state[0], state[1], a[0]})}
					want += math.Pow(0.8, float64(step)) * r.Reward(state, a, next, step)
					state, ended = next, r.Done(next, step)
				}
				for d, v := range state {
					// Two orders of the same sums.
					if k := got.Trajectory(s, i).At(step+1, d); math.Abs(k-v) > 1e-11 {
						t.Fatalf("path %d, start %d, step %d: state %d is %v, by hand %v", s, i, step, d, k, v)
					}
				}
			}
			if v := got.Values.At(s, i); math.Abs(v-want) > 1e-11 {
				t.Errorf("path %d, start %d: return %v, by hand %v", s, i, v, want)
			}
		}
	}
	if rows, cols := got.MeanTrajectory(2).Dims(); rows != 6 || cols != 2 {
		t.Errorf("a mean trajectory of %d x %d", rows, cols)
	}

	// The same without the ability to take points of its own, one by one, and absolute.
	plain := r
	plain.Dynamics = []function.Functions{position, onlyDraws{paths}}
	again, err := plain.Run(context.Background(), starts)
	if err != nil {
		t.Fatal(err)
	}
	if !mat.EqualApprox(again.Values, got.Values, 1e-11) {
		t.Errorf("without EvalEach %v, with it %v", mat.Formatted(again.Values), mat.Formatted(got.Values))
	}
}

// onlyDraws hides all other abilities.
type onlyDraws struct{ function.Functions }

func TestAbsoluteDynamics(t *testing.T) {
	half := function.Of(1, func(x []float64) float64 { return x[0] / 2 })
	r := emulate.Rollout{
		Dynamics: []function.Functions{half}, Absolute: true, Horizon: 3,
		Reward: func(_, _, next []float64, _ int) float64 { return next[0] },
	}
	got, err := r.Run(context.Background(), mat.NewDense(2, 1, []float64{8, 16}))
	if err != nil {
		t.Fatal(err)
	}
	if got.Values.At(0, 0) != 7 || got.Values.At(0, 1) != 14 || got.Mean() != 10.5 || got.MeanDynamicsReturn() != 10.5 {
		t.Errorf("returns %v, mean %v", mat.Formatted(got.Values), got.Mean())
	}
}

func TestReturnsTails(t *testing.T) {
	r := emulate.Returns{Values: mat.NewDense(4, 1, []float64{3, -1, 1, 5})}
	for alpha, want := range map[float64]float64{0.25: -1, 0.5: 0, 0.375: -1.0 / 3, 1: 2, 0.1: -1} {
		if got := r.CVaR(alpha); math.Abs(got-want) > 1e-15 {
			t.Errorf("mean of the worst %v is %v, want %v", alpha, got, want)
		}
	}
	if q := r.Quantile(0.5); q != 2 {
		t.Errorf("median %v, want 2", q)
	}
	if sd := r.SD(); math.Abs(sd-math.Sqrt(20.0/3)) > 1e-15 {
		t.Errorf("SD %v", sd)
	}
}

func TestRolloutSameBits(t *testing.T) {
	r, _, _ := linear(t, 50)
	starts := grid(-1, 1, 40)
	a, err := r.Run(context.Background(), starts)
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	b, err := r.Run(context.Background(), starts)
	if err != nil {
		t.Fatal(err)
	}
	if !mat.Equal(a.Values, b.Values) || a.MeanDynamicsReturn() != b.MeanDynamicsReturn() {
		t.Error("returns depend on the number of processors")
	}
}

func TestRolloutStops(t *testing.T) {
	r, _, _ := linear(t, 3)
	ctx, cancel := context.WithCancel(context.Background())
	steps := 0
	r.Progress = func(u progress.Update) {
		if steps = u.Done; u.String() == "steps: 2 of 6" {
			cancel()
		}
	}
	if got, err := r.Run(ctx, grid(0, 1, 2)); !errors.Is(err, context.Canceled) || got != nil || steps != 2 {
		t.Errorf("%v, %v after %d steps", got, err, steps)
	}
}

func TestRolloutNamesABadState(t *testing.T) {
	r := emulate.Rollout{
		Dynamics: []function.Functions{&slopes{a: []float64{0, math.Inf(1)}}}, Horizon: 2,
		Reward: func(_, _, next []float64, _ int) float64 { return 1 },
	}
	_, err := r.Run(context.Background(), grid(1, 2, 2))
	var bad *emulate.StateError
	if !errors.As(err, &bad) || bad.Path != 1 || bad.Start != 0 || bad.Step != 0 || bad.Dimension != 0 {
		t.Errorf("error %v", err)
	}
	if want := "path 1, start 0, step 0: state 0 is +Inf"; err == nil || err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
	r.Dynamics = []function.Functions{&slopes{a: []float64{0, 1}}}
	r.Reward = func(_, _, _ []float64, step int) float64 { return 1 / float64(1-step) }
	if _, err := r.Run(context.Background(), grid(1, 2, 2)); !errors.As(err, &bad) || bad.Step != 1 || bad.Dimension != -1 {
		t.Errorf("error %v", err)
	}
}

func TestRolloutMisuse(t *testing.T) {
	good, _, _ := linear(t, 2)
	start := grid(0, 1, 2)
	with := func(change func(r *emulate.Rollout)) func() {
		return func() {
			r := good
			change(&r)
			r.Run(context.Background(), start)
		}
	}
	for name, f := range map[string]func(){
		"no dynamics": with(func(r *emulate.Rollout) { r.Dynamics = nil }),
		"no reward":   with(func(r *emulate.Rollout) { r.Reward = nil }),
		"no steps":    with(func(r *emulate.Rollout) { r.Horizon = 0 }),
		"discount":    with(func(r *emulate.Rollout) { r.Discount = 1.5 }),
		"actions":     with(func(r *emulate.Rollout) { r.Actions = 2 }),
		"starts":      func() { good.Run(context.Background(), mat.NewDense(1, 2, nil)) },
		"no starts":   func() { good.Run(context.Background(), &mat.Dense{}) },
		"draws": with(func(r *emulate.Rollout) {
			r.Actions, r.Dynamics = 0, []function.Functions{emulate.ByPath(wave(t, 3), 2), emulate.ByPath(wave(t, 2), 2)}
		}),
		"trajectory": func() { (&emulate.Returns{}).Trajectory(0, 0) },
		"tail":       func() { (&emulate.Returns{Values: start}).CVaR(0) },
		"quantile":   func() { (&emulate.Returns{Values: start}).Quantile(2) },
	} {
		if m := panics(f); !strings.HasPrefix(m, "emulate: ") {
			t.Errorf("%s: panic %q", name, m)
		}
	}
}
