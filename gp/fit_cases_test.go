package gp

import (
	"context"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/long"
	"matheron/kernel"
	"matheron/rng"
)

// ard is the kernel of the command's default.
func ard(d int) kernel.Kernel {
	l := make([]float64, d)
	for i := range l {
		l[i] = 1
	}
	return kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(l...)}
}

// fitted runs f and fails the test on an error.
func fitted(t *testing.T, f Fit, k kernel.Kernel, x *mat.Dense, y []float64) *Fitted {
	t.Helper()
	out, err := f.Run(context.Background(), Prior{Kernel: k}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// series is n targets at 0, 1, 2, ...
func series(n int, noise float64, key rng.Key, f func(t float64) float64) (*mat.Dense, []float64) {
	r := key.Rand()
	x, y := mat.NewDense(n, 1, nil), make([]float64, n)
	for i := range y {
		x.Set(i, 0, float64(i))
		y[i] = f(float64(i)) + noise*r.NormFloat64()
	}
	return x, y
}

func sine(period float64) func(float64) float64 {
	return func(t float64) float64 { return math.Sin(2 * math.Pi * t / period) }
}

// Structure that is far shorter than the range: the flat line is an optimum too, hundreds
// of nats lower. A sine of 0.2 noise has a kernel of half a period or less, and the
// noise is far below the sine's variance of a half.
func TestFitFindsShortStructure(t *testing.T) {
	for _, c := range []struct {
		rows   int
		period float64
	}{{300, 5}, {150, 4}, {600, 7}, {1500, 24}} {
		if testing.Short() && c.rows > 600 {
			continue // a minute under the race detector
		}
		seeds := uint64(2)
		if c.rows > 300 && !long.Enabled() {
			seeds = 1
		}
		for seed := range seeds {
			x, y := series(c.rows, 0.2, rng.New(seed), sine(c.period))
			out := fitted(t, Fit{Key: rng.New(seed)}, rbf(), x, y)
			if l, v := valueOf(t, out, "RBF.lengthscale"), valueOf(t, out, NoiseName); l > c.period/2 || v > 0.08 {
				t.Errorf("%d rows of period %v, seed %d: lengthscale %v, noise variance %v; the data have 0.04", c.rows, c.period, seed, l, v)
			}
		}
	}
}

// lowSignal is a table of standard normal inputs, of which a function of the first two
// explains r2 of the targets' variance; the noise has variance 1.
func lowSignal(n, d int, r2 float64, key rng.Key) (x *mat.Dense, y, again []float64) {
	r := key.Rand()
	x, y, again = mat.NewDense(n, d, nil), make([]float64, n), make([]float64, n)
	f, mean, square := make([]float64, n), 0.0, 0.0
	for i := range n {
		for j := range d {
			x.Set(i, j, r.NormFloat64())
		}
		f[i] = math.Sin(1.5*x.At(i, 0)) + 0.7*x.At(i, d-1)
		mean += f[i] / float64(n)
	}
	for _, v := range f {
		square += (v - mean) * (v - mean) / float64(n)
	}
	scale := math.Sqrt(r2 / (1 - r2) / square)
	for i, v := range f {
		y[i], again[i] = scale*(v-mean)+r.NormFloat64(), scale*(v-mean)+r.NormFloat64()
	}
	return x, y, again
}

// covers returns the part of targets within their 95% intervals.
func covers(out *Fitted, x *mat.Dense, y []float64) float64 {
	m, v, n := out.Posterior.Mean(nil, x), out.Posterior.Variance(nil, x), 0.0
	for i, e := range y {
		if math.Abs(e-m[i]) <= 1.96*math.Sqrt(v[i]+out.Posterior.NoiseDiag()[0]) {
			n++
		}
	}
	return n / float64(len(y))
}

// Tables of little signal: a short lengthscale explains all of the noise, and its
// intervals cover nothing. What is right is the noise that the data have: its estimate
// from n rows has a standard deviation of sqrt(2/n), 20% of 40 rows, of which two and a
// half are 1.7; and 95% intervals for new readings at the same inputs cover some 93%,
// with a standard deviation of 4% over 40 rows.
func TestFitOfTablesThatAreMostlyNoise(t *testing.T) {
	seeds := 4
	if long.Enabled() {
		seeds = 20
	}
	for _, c := range []struct {
		rows, inputs int
		r2           float64
	}{{100, 5, 0.1}, {200, 10, 0.27}, {150, 8, 0.5}, {100, 2, 0.1}, {40, 1, 0}} {
		cover, outside := 0.0, 0
		for seed := range seeds {
			x, y, again := lowSignal(c.rows, c.inputs, c.r2, rng.New(uint64(seed)))
			if c.r2 == 0 {
				for i := range y {
					x.Set(i, 0, float64(i)/4)
				}
			}
			out := fitted(t, Fit{Key: rng.New(uint64(seed))}, ard(c.inputs), x, y)
			got := covers(out, x, again)
			cover += got / float64(seeds)
			if v := valueOf(t, out, NoiseName); v > 1.75 || v < 1/1.75 {
				// Noise may look like a function: of 40 rows, one in twenty does.
				if outside++; outside <= seeds/20 {
					continue
				}
				t.Errorf("%d rows, %d inputs, R² %v, seed %d: noise variance %v, the data have 1", c.rows, c.inputs, c.r2, seed, v)
			}
			if got < 0.8 {
				t.Errorf("%d rows, %d inputs, R² %v, seed %d: 95%% intervals cover %v", c.rows, c.inputs, c.r2, seed, got)
			}
		}
		if cover < 0.9 {
			t.Errorf("%d rows, %d inputs, R² %v: 95%% intervals cover %v over %d seeds", c.rows, c.inputs, c.r2, cover, seeds)
		}
	}
}

// A few values far away in an input say nothing of the scale of the others.
func TestFitWithSentinels(t *testing.T) {
	x, y := wave(300, 2, 0.1, math.Sin)
	want := fitted(t, Fit{}, ard(2), x, y)
	for _, sentinel := range []float64{9999, -99999, 1e6} {
		z := mat.DenseCopyOf(x)
		z.Set(17, 0, sentinel)
		got := fitted(t, Fit{}, ard(2), z, y)
		// Row 17 itself is of another place now, where its target is news: some nats.
		if got.LogEvidence < want.LogEvidence-8 {
			t.Errorf("with %v: log evidence %v, without %v", sentinel, got.LogEvidence, want.LogEvidence)
		}
	}
}

// An offset of the targets changes nothing: the same evidence, and the mean moved by it.
func TestFitOfTargetsFarFromZero(t *testing.T) {
	x, y := wave(80, 1, 0.1, math.Sin)
	for _, k := range []kernel.Kernel{
		rbf(),
		kernel.Add(kernel.Constant{Variance: 1}, rbf()),
		kernel.Add(kernel.Linear{Bias: 1, Variance: []float64{1}}, rbf()),
	} {
		for _, method := range []Method{MAP, MaximumEvidence} {
			want := fitted(t, Fit{Method: method}, k, x, y)
			for _, offset := range []float64{293.15, 101325, -1e6} {
				moved := make([]float64, len(y))
				for i, v := range y {
					moved[i] = v + offset
				}
				got := fitted(t, Fit{Method: method}, k, x, moved)
				// What rounding to 1e6 loses, 1e-10, moves each climb's last step a little.
				if math.Abs(got.LogEvidence-want.LogEvidence) > 0.01 {
					t.Errorf("%v, method %d, offset %v: log evidence %v, without %v", k, method, offset, got.LogEvidence, want.LogEvidence)
				}
				at := mat.NewDense(1, 1, []float64{2})
				if a, b := got.Posterior.Mean(nil, at)[0]-offset, want.Posterior.Mean(nil, at)[0]; math.Abs(a-b) > 0.01 {
					t.Errorf("%v, method %d, offset %v: mean %v, without %v", k, method, offset, a, b)
				}
			}
		}
	}
}

// The terms of a sum find scales of their own: the truth is two, a tenth of each other.
func TestFitOfTwoScales(t *testing.T) {
	r := rng.New(4).Rand()
	x, y := mat.NewDense(80, 1, nil), make([]float64, 80)
	for i := range y {
		v := 6 * r.Float64()
		x.Set(i, 0, v)
		y[i] = math.Sin(v) + 0.3*math.Sin(15*v) + 0.05*r.NormFloat64()
	}
	k := kernel.Add(rbf(), rbf())
	for _, method := range []Method{MAP, MaximumEvidence} {
		for seed := range uint64(3) {
			out := fitted(t, Fit{Method: method, Key: rng.New(seed)}, k, x, y)
			a, b := valueOf(t, out, "sum.0.RBF.lengthscale"), valueOf(t, out, "sum.1.RBF.lengthscale")
			if a, b = math.Min(a, b), math.Max(a, b); a > 0.3 || b < 0.6 {
				t.Errorf("method %d, seed %d: lengthscales %v and %v", method, seed, a, b)
			}
		}
	}
}

// A cycle whose harmonics are stronger than its fundamental, and random functions of a
// period: the period is the data's, not a part of it or a multiple. The phase over the
// cycles that are seen fixes it to a percent.
func TestFitFindsThePeriodOfAnyWave(t *testing.T) {
	k := kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1), Period: kernel.Shared(1)}
	check := func(what string, period float64, x *mat.Dense, y []float64) {
		t.Helper()
		out := fitted(t, Fit{}, k, x, y)
		if p := valueOf(t, out, "Periodic.period"); math.Abs(p/period-1) > 0.01 {
			t.Errorf("%s: period %v, the data have %v", what, p, period)
		}
	}
	for _, harmonic := range []float64{2, 3} {
		r := rng.New(uint64(harmonic)).Rand()
		x, y := mat.NewDense(90, 1, nil), make([]float64, 90)
		for i := range y {
			v := 40 * r.Float64()
			x.Set(i, 0, v)
			y[i] = 0.4*sine(3.7)(v) + math.Cos(2*math.Pi*harmonic*v/3.7) + 0.1*r.NormFloat64()
		}
		check(fmt.Sprintf("harmonic %v", harmonic), 3.7, x, y)
	}
	seeds := uint64(5)
	if long.Enabled() {
		seeds = 20
	}
	for seed := range seeds {
		for _, irregular := range []bool{false, true} {
			key := rng.New(100 + seed)
			n := 60 + int(seed*90/seeds)
			x, r := mat.NewDense(n, 1, nil), key.Rand()
			for i := range n {
				// Of rows at whole numbers, a period of 2.5 is an alias of 5: not of these.
				// Irregular rows are three apart on average: a period is 1.7 mean gaps.
				v := 0.7 * float64(i)
				if irregular {
					v = 3 * float64(n) * r.Float64()
				}
				x.Set(i, 0, v)
			}
			truth := Prior{Kernel: kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(0.8), Period: kernel.Shared(5)}, Jitter: 1e-9}
			cov, z := mat.NewDense(n, n, nil), mat.NewDense(n, 1, nil)
			truth.Kernel.Cov(cov, x, x)
			for i := range n {
				cov.Set(i, i, cov.At(i, i)+0.01)
				z.Set(i, 0, r.NormFloat64())
			}
			y := mulLower(cov, z)
			check(fmt.Sprintf("seed %d, %d rows, irregular %v", seed, n, irregular), 5, x, y)
		}
	}
}

// mulLower returns L z for the Cholesky factor L of a.
func mulLower(a, z *mat.Dense) []float64 {
	n, _ := a.Dims()
	var chol mat.Cholesky
	if !chol.Factorize(mat.NewSymDense(n, a.RawMatrix().Data)) {
		panic("not positive definite")
	}
	var l mat.TriDense
	chol.LTo(&l)
	var out mat.Dense
	out.Mul(&l, z)
	return mat.Col(nil, 0, &out)
}

// categories is a table of inputs with few values each, one of which is a category, and
// rows that repeat with other targets: its evidence has many optima.
func categories(n int) (*mat.Dense, []float64) {
	r := rng.New(8).Rand()
	level := []float64{0.3, -1, 1.2, 0.1}
	x, y := mat.NewDense(n, 5, nil), make([]float64, n)
	for i := range y {
		for j, m := range []int{4, 6, 2, 3, 2} {
			x.Set(i, j, float64(r.IntN(m)))
		}
		y[i] = level[int(x.At(i, 0))] + 0.3*x.At(i, 1)*x.At(i, 2) + 0.8*r.NormFloat64()
	}
	return x, y
}

// Maximum evidence is never below the evidence where MAP ends, and ends at one place
// from any choice of starts.
func TestMaximumEvidenceIsTheMaximum(t *testing.T) {
	rows, seeds, kernels := 150, uint64(2), []kernel.Kernel{ard(5)}
	if long.Enabled() {
		rows, seeds, kernels = 350, 4, append(kernels, kernel.Matern32{Variance: 1, Lengthscale: kernel.ARD(1, 1, 1, 1, 1)})
	}
	x, y := categories(rows)
	for _, k := range kernels {
		first := math.NaN()
		for seed := range seeds {
			ml := fitted(t, Fit{Method: MaximumEvidence, Key: rng.New(seed)}, k, x, y)
			mode := fitted(t, Fit{Key: rng.New(seed)}, k, x, y)
			if ml.LogEvidence < mode.LogEvidence {
				t.Errorf("%T, seed %d: maximum evidence %v, that of MAP %v", k, seed, ml.LogEvidence, mode.LogEvidence)
			}
			if seed == 0 {
				first = ml.LogEvidence
			}
			if math.Abs(ml.LogEvidence-first) > 0.05 {
				t.Errorf("%T, seed %d: maximum evidence %v, seed 0 has %v", k, seed, ml.LogEvidence, first)
			}
		}
	}
}

// Inputs in clusters far apart, with a function inside each, and inputs of which a third
// say that they are missing: the scale of a function is that of the clusters.
func TestFitOfInputsInClusters(t *testing.T) {
	for _, places := range []int{2, 8} {
		r := rng.New(uint64(places)).Rand()
		x, y := mat.NewDense(150, 2, nil), make([]float64, 150)
		for i := range y {
			v := 2 * r.Float64()
			x.Set(i, 0, 300*float64(r.IntN(places))+v)
			x.Set(i, 1, 3*r.Float64())
			y[i] = math.Sin(4*v+float64(int(x.At(i, 0)/300))) + 0.3*x.At(i, 1) + 0.1*r.NormFloat64()
		}
		out := fitted(t, Fit{}, ard(2), x, y)
		if v := valueOf(t, out, NoiseName); v > 0.03 {
			t.Errorf("%d clusters: noise variance %v, the data have 0.01", places, v)
		}
	}
	x, y := wave(120, 2, 0.1, func(v float64) float64 { return math.Sin(2 * v) })
	for i := range y {
		if i%3 == 0 {
			x.Set(i, 0, -9999)
			y[i] = 0
		}
	}
	if v := valueOf(t, fitted(t, Fit{}, ard(2), x, y), NoiseName); v > 0.03 {
		t.Errorf("a third missing: noise variance %v, the data have 0.01", v)
	}
}

// The exact sine is smooth: without noise, climbs end where the covariance cannot be
// factorised, far from the best lengthscale. Some jitter shows what lies behind.
func TestFitBehindTheWallOfRounding(t *testing.T) {
	x, y := wave(60, 1, 0, math.Sin)
	zero := Noise(0)
	out := fitted(t, Fit{KnownNoise: &zero}, rbf(), x, y)
	// A sine has a lengthscale of one or more; beside the wall it is a tenth of that.
	if l := valueOf(t, out, "RBF.lengthscale"); l < 0.8 {
		t.Errorf("lengthscale %v with jitter %v", l, out.Posterior.Jitter())
	}
}

// Of many inputs few matter: the others' lengthscales go far beyond their range, and the
// noise is the data's. A prior that does not grow with the number of inputs fits them.
func TestFitOfManyInputs(t *testing.T) {
	r := rng.New(2).Rand()
	x, y := mat.NewDense(300, 60, nil), make([]float64, 300)
	for i := range y {
		for j := range 60 {
			x.Set(i, j, r.Float64())
		}
		row := x.RawRowView(i)
		y[i] = math.Sin(4*row[0]) + 2*(row[1]-0.5)*(row[1]-0.5) + row[2]*row[3] + 0.1*r.NormFloat64()
	}
	out := fitted(t, Fit{}, ard(60), x, y)
	// 300 rows less some 30 that the function takes give the variance to 9%.
	if v := valueOf(t, out, NoiseName); v < 0.006 || v > 0.014 {
		t.Errorf("noise variance %v, the data have 0.01", v)
	}
	for i := 4; i < 60; i++ {
		if l := valueOf(t, out, fmt.Sprintf("RBF.lengthscale[%d]", i)); l < 10 {
			t.Errorf("input %d, which does not matter, has the lengthscale %v", i, l)
		}
	}
}
