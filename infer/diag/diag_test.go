package diag

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// walk returns chains of x_i = phi x_(i-1) + sqrt(1 - phi^2) e_i, from their
// stationary distribution.
func walk(seed uint64, chains, draws int, phi float64) [][]float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	out := make([][]float64, chains)
	for c := range out {
		v := r.NormFloat64()
		for range draws {
			out[c] = append(out[c], v)
			v = phi*v + math.Sqrt(1-phi*phi)*r.NormFloat64()
		}
	}
	return out
}

// The mean of a walk has ESS = n (1 - phi)/(1 + phi). The estimate scatters by some
// sqrt(sum of squared terms) of the autocorrelations: for 80,000 draws well within
// a tenth.
func TestESSOfAWalk(t *testing.T) {
	for _, phi := range []float64{-0.5, 0, 0.5, 0.9} {
		x := walk(3, 4, 20000, phi)
		want := 80000 * (1 - phi) / (1 + phi)
		if phi < 0 {
			want = min(want, 80000*math.Log10(80000))
		}
		for what, got := range map[string]float64{"mean": ESSMean(x), "bulk": ESSBulk(x)} {
			if math.Abs(got/want-1) > 0.1 {
				t.Errorf("phi %v: %s ESS %v, want %v", phi, what, got, want)
			}
		}
		if r := RHat(x); !(math.Abs(r-1) < 0.01) {
			t.Errorf("phi %v: R-hat %v", phi, r)
		}
	}
}

// Over many sets of draws the errors have the size that MCSE says.
func TestMCSEIsTheError(t *testing.T) {
	const sets = 400
	var mean2, sd2, q2 float64
	for s := range sets {
		x := walk(uint64(100+s), 4, 250, 0.5)
		all := pool(x)
		z := mean(all) / MCSEMean(x)
		mean2 += z * z
		z = (math.Sqrt(variance(all)) - 1) / MCSESD(x)
		sd2 += z * z
		z = (Quantile(all, 0.1) + 1.2815515655446004) / MCSEQuantile(x, 0.1)
		q2 += z * z
	}
	// The mean of 400 squared normal variates is 1 with a deviation of sqrt(2/400) =
	// 0.07; five of them, and as much again for the error of the ESS itself.
	for what, v := range map[string]float64{"mean": mean2 / sets, "sd": sd2 / sets, "10% quantile": q2 / sets} {
		if v < 0.6 || v > 1.5 {
			t.Errorf("%s: mean squared error over MCSE is %v", what, v)
		}
	}
}

func TestRHatSees(t *testing.T) {
	moved := walk(5, 4, 200, 0)
	for i := range moved[2] {
		moved[2][i] += 1
	}
	if b, l := RHatBulk(moved), RHatTail(moved); b < 1.05 || RHat(moved) < b || l > b {
		t.Errorf("a chain elsewhere: bulk %v, tail %v", b, l)
	}
	wide := walk(5, 4, 200, 0)
	for i := range wide[2] {
		wide[2][i] *= 3
	}
	if b, l := RHatBulk(wide), RHatTail(wide); l < 1.05 || RHat(wide) != l || b > 1.02 {
		t.Errorf("a wider chain: bulk %v, tail %v", b, l)
	}
}

// Ranks do not change under a monotone transformation.
func TestBulkIsInvariant(t *testing.T) {
	x := walk(6, 3, 101, 0.4)
	y := apply(x, math.Exp)
	if a, b := ESSBulk(x), ESSBulk(y); a != b {
		t.Errorf("bulk ESS %v, of the exponentials %v", a, b)
	}
	if a, b := RHatBulk(x), RHatBulk(y); a != b {
		t.Errorf("bulk R-hat %v, of the exponentials %v", a, b)
	}
}

func TestAutocovarianceIsTheSum(t *testing.T) {
	for _, n := range []int{1, 2, 3, 7, 64, 100} {
		x := walk(7, 1, n, 0.3)[0]
		m := mean(x)
		got := Autocovariance(make([]float64, n), x)
		for lag := range n {
			want := 0.0
			for i := range n - lag {
				want += (x[i] - m) * (x[i+lag] - m) / float64(n)
			}
			// Rounding of a transform of 2n numbers of unit size.
			if math.Abs(got[lag]-want) > 1e-14 {
				t.Errorf("n = %d: lag %d is %v, want %v", n, lag, got[lag], want)
			}
		}
	}
	if got := Autocovariance(nil, nil); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestEBFMI(t *testing.T) {
	// Independent energies differ by twice their variance.
	x := walk(8, 1, 20000, 0)[0]
	if got := EBFMI(x); math.Abs(got-2) > 0.06 {
		t.Errorf("independent energies: %v, want 2", got)
	}
	// E (E_i - E_(i-1))^2 = 2 (1 - phi) var E.
	x = walk(8, 1, 20000, 0.9)[0]
	if got := EBFMI(x); math.Abs(got-0.2) > 0.03 {
		t.Errorf("a walk of energies: %v, want 0.2", got)
	}
	for _, e := range [][]float64{nil, {1}, {2, 2, 2}} {
		if got := EBFMI(e); !math.IsNaN(got) {
			t.Errorf("%v: %v, want NaN", e, got)
		}
	}
}

func TestQuantileAndHDI(t *testing.T) {
	x := []float64{5, 1, 4, 2, 3}
	for p, want := range map[float64]float64{0: 1, 0.25: 2, 0.5: 3, 0.6: 3.4, 1: 5} {
		if got := Quantile(x, p); math.Abs(got-want) > 1e-15 {
			t.Errorf("at %v: %v, want %v", p, got, want)
		}
	}
	if !slices.Equal(x, []float64{5, 1, 4, 2, 3}) {
		t.Errorf("Quantile changed its input: %v", x)
	}
	if lo, hi := HDI([]float64{-20, 10, 11, 12, 30, 50}, 0.5); lo != 10 || hi != 30 {
		t.Errorf("HDI [%v, %v], want [10, 30], the narrowest with three steps", lo, hi)
	}
	if lo, hi := HDI([]float64{7}, 0.94); lo != 7 || hi != 7 {
		t.Errorf("HDI of one draw [%v, %v]", lo, hi)
	}
	nan := []float64{1, math.NaN(), 2}
	if lo, hi := HDI(nan, 0.5); !math.IsNaN(lo) || !math.IsNaN(hi) || !math.IsNaN(Quantile(nan, 0.5)) || !math.IsNaN(Quantile(nil, 0.5)) {
		t.Error("NaN among the draws, or no draws, must give NaN")
	}
}

func TestInputIsOnlyRead(t *testing.T) {
	x := walk(9, 2, 30, 0)
	want := []([]float64){slices.Clone(x[0]), slices.Clone(x[1])}
	Summarize([]string{"x"}, [][][]float64{x})
	MCSEQuantile(x, 0.3)
	if !slices.Equal(x[0], want[0]) || !slices.Equal(x[1], want[1]) {
		t.Error("the draws have changed")
	}
}

func TestMisusePanics(t *testing.T) {
	ragged := [][]float64{{1, 2, 3, 4}, {1, 2, 3}}
	for name, f := range map[string]func(){
		"ragged chains":    func() { RHat(ragged) },
		"names":            func() { Summarize([]string{"a"}, nil) },
		"quantile":         func() { Quantile([]float64{1}, 1.5) },
		"interval":         func() { HDI([]float64{1}, 1) },
		"autocovariance":   func() { Autocovariance(make([]float64, 2), []float64{1}) },
		"a NaN of a share": func() { Quantile([]float64{1}, math.NaN()) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
	if !math.IsNaN(RHat(nil)) || !math.IsNaN(ESSBulk(nil)) || !math.IsNaN(MCSEMean([][]float64{{}})) {
		t.Error("no draws must give NaN")
	}
}

func TestRound(t *testing.T) {
	for _, c := range []struct {
		v        float64
		decimals int
		want     string
	}{
		{1.23456, 3, "1.235"}, {-0.0004, 3, "-0.000"}, {math.NaN(), 3, "NaN"}, {math.Inf(1), 2, "inf"},
		{math.Inf(-1), 2, "-inf"}, {399.6, 0, "400.0"},
	} {
		if got := round(c.v, c.decimals); got != c.want {
			t.Errorf("%v: %q, want %q", c.v, got, c.want)
		}
	}
}

func BenchmarkSummarize(b *testing.B) {
	x := walk(1, 4, 1000, 0.5)
	for b.Loop() {
		Summarize([]string{"x"}, [][][]float64{x})
	}
}
