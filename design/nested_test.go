package design_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/design"
	"matheron/progress"
	"matheron/rng"
)

// normals is the experiment of reading a standard normal vector through noise of
// variance v: the gain is n/2 log(1 + 1/v).
func normals(key rng.Key, draws, n int, v float64) design.Observations {
	r := key.Rand()
	f := mat.NewDense(draws, n, nil)
	f.Apply(func(_, _ int, _ float64) float64 { return r.NormFloat64() }, f)
	return design.Observations{Values: []*mat.Dense{f}, Noise: v}
}

func gain(t *testing.T, inner int) design.Gain {
	t.Helper()
	out, err := design.Nested{Outer: 5, Inner: inner}.Gains(t.Context(), normals(rng.New(0), 5+inner, 1, 1), 1)
	if err != nil {
		t.Fatal(err)
	}
	return out[0]
}

func TestGaussianGain(t *testing.T) {
	// det(I + [4 3; 3 9]/2) = 3 x 5.5 - 1.5^2.
	got, err := design.GaussianGain(mat.NewSymDense(2, []float64{4, 3, 3, 9}), 2)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "gain", got, math.Log(14.25)/2, 1e-14)
}

// Over 200 repetitions with few inner draws: the bias is what is stated, the other
// estimate is too small, and the standard error is the deviation.
func TestNestedBiasAndStandardError(t *testing.T) {
	const repeats, outer, inner, v = 200, 60, 60, 0.5
	exact := math.Log(1+1/v) / 2
	var value, square, bias, lower, se float64
	for i := range repeats {
		key := rng.New(11).Split(i)
		out, err := design.Nested{Outer: outer, Inner: inner, Key: key.Named("nested")}.Gains(
			t.Context(), normals(key.Named("draws"), outer+inner, 1, v), 1)
		if err != nil {
			t.Fatal(err)
		}
		g := out[0]
		value += g.Value / repeats
		square += g.Value * g.Value / repeats
		bias += g.Bias / repeats
		lower += g.Lower / repeats
		se += g.SE * g.SE / repeats
	}
	sd := math.Sqrt(square - value*value)
	root := sd / math.Sqrt(repeats)
	// To leading order, the next being of order 1/M^2: within 4 errors of the mean.
	if math.Abs(value-bias-exact) > 4*root {
		t.Errorf("the estimate is %.4f too large, stated %.4f", value-exact, bias)
	}
	if lower > exact+2*root || lower > value {
		t.Errorf("lower estimate %.4f of %.4f", lower, exact)
	}
	// A deviation from 200 has the relative error 1/20.
	if math.Abs(math.Sqrt(se)/sd-1) > 0.2 {
		t.Errorf("standard error %.4f of a deviation %.4f", math.Sqrt(se), sd)
	}
}

func TestNestedIsTheClosedForm(t *testing.T) {
	const n, v = 3, 0.5
	out, err := design.Nested{Outer: 2000, Inner: 2000, Key: rng.New(1)}.Gains(t.Context(), normals(rng.New(2), 4000, n, v), 1)
	if err != nil {
		t.Fatal(err)
	}
	g, exact := out[0], n*math.Log(1+1/v)/2
	if math.Abs(g.Value-g.Bias-exact) > 4*g.SE || g.SE > 0.05 || g.Lower > g.Value {
		t.Errorf("%.4f (bias %.4f, standard error %.4f, lower %.4f), want %.4f", g.Value, g.Bias, g.SE, g.Lower, exact)
	}
}

// The randomness is common: two designs that are one differ by nothing, and near
// ones are compared better than each is known.
func TestDesignsShareTheirRandomness(t *testing.T) {
	paths := draw(posterior(1, 0.3), 1000)
	var values []*mat.Dense
	xs := []*mat.Dense{column(-1.8, 1.8), column(-1.8, 1.8), column(-1.8, 1.78)}
	for _, x := range xs {
		values = append(values, paths.Eval(x))
	}
	out, err := design.Nested{Outer: 500, Inner: 500, Key: rng.New(1)}.Gains(t.Context(), design.Observations{Values: values, Noise: noise}, 3)
	if err != nil {
		t.Fatal(err)
	}
	if d, se := out[0].Less(out[1]); d != 0 || se != 0 {
		t.Errorf("a design less itself: %g, %g", d, se)
	}
	d, se := out[0].Less(out[2])
	if apart := math.Hypot(out[0].SE, out[2].SE); se > apart/3 {
		t.Errorf("standard error %g of the difference, %g without common randomness", se, apart)
	}
	var exact [3]float64
	for i, x := range xs {
		_, cov, err := paths.Moments(0, x)
		if err != nil {
			t.Fatal(err)
		}
		if exact[i], err = design.GaussianGain(cov, noise); err != nil {
			t.Fatal(err)
		}
	}
	// The biases nearly cancel; what is left of them is counted.
	if math.Abs(d-(exact[0]-exact[2])) > 4*se+math.Abs(out[0].Bias-out[2].Bias) {
		t.Errorf("difference %g with standard error %g, want %g", d, se, exact[0]-exact[2])
	}
}

func TestNestedIsTheSameForAnyGOMAXPROCS(t *testing.T) {
	run := func() []design.Gain {
		out, err := design.Nested{Outer: 100, Inner: 70, Key: rng.New(1)}.Gains(t.Context(), normals(rng.New(2), 170, 2, 1), 1)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	many := run()
	alone(func() {
		if one := run(); !reflect.DeepEqual(one, many) {
			t.Errorf("%v on one processor, %v on all", one, many)
		}
	})
}

// broken has a density that is wrong for one draw.
type broken struct {
	design.Observations
	draw int
	v    float64
}

func (b broken) LogProb(y []float64, d, s int) float64 {
	if s == b.draw {
		return b.v
	}
	return b.Observations.LogProb(y, d, s)
}

func TestNestedErrors(t *testing.T) {
	good := normals(rng.New(0), 20, 1, 1)
	for _, c := range []struct {
		draw int
		v    float64
		want string
	}{
		{3, math.Inf(-1), "design 0: the outcome of draw 3 has the log density -Inf under draw 3"},
		{15, math.NaN(), "design 0: the outcome of draw 0 has the log density NaN under draw 15"},
		{15, math.Inf(1), "design 0: the outcome of draw 0 has the log density +Inf under draw 15"},
	} {
		_, err := design.Nested{Outer: 10, Inner: 10}.Gains(t.Context(), broken{good, c.draw, c.v}, 1)
		var out *design.OutcomeError
		if !errors.As(err, &out) || err.Error() != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	// A draw that cannot have made the outcome is no error.
	if _, err := (design.Nested{Outer: 10, Inner: 10}).Gains(t.Context(), broken{good, 15, math.Inf(-1)}, 1); err != nil {
		t.Error(err)
	}
}

// stopping cancels in its second design.
type stopping struct {
	design.Observations
	cancel func()
}

func (s stopping) Outcome(d, i int, r *rand.Rand) []float64 {
	if d == 1 {
		s.cancel()
	}
	return s.Observations.Outcome(d, i, r)
}

func TestNestedStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	good := normals(rng.New(0), 20, 1, 1)
	good.Values = append(good.Values, good.Values[0], good.Values[0])
	calls := 0
	out, err := design.Nested{Outer: 10, Inner: 10, Progress: func(u progress.Update) {
		calls++
		if u.String() != "designs: 1 of 3" {
			t.Errorf("%v", u)
		}
	}}.Gains(ctx, stopping{good, cancel}, 3)
	if !errors.Is(err, context.Canceled) || len(out) != 1 || calls != 1 {
		t.Errorf("%d gains, %d calls, %v", len(out), calls, err)
	}
}
