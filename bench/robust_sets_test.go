package main

import (
	"math"
	"testing"
)

// The same set twice is the same numbers; a set with all its fields has the rows and
// inputs that it states.
func TestMadeSetsAreDeterministic(t *testing.T) {
	seen := map[float64]bool{}
	for _, s := range madeSets() {
		a, err := s.make()
		if err != nil {
			t.Fatal(err)
		}
		if n, d := a.train.X.Dims(); n != s.rows || d != s.inputs || len(a.train.Y) != n || len(a.test.Y) != madeTestRows {
			t.Errorf("%s: %d x %d", s.name(), n, d)
		}
		if seen[a.test.Y[0]] {
			t.Errorf("%s begins as another set", s.name())
		}
		seen[a.test.Y[0]] = true
		if s.rows > 300 {
			continue // a second draw of the large ones costs more than it shows
		}
		b, err := s.make()
		if err != nil {
			t.Fatal(err)
		}
		for i, y := range a.test.Y {
			if y != b.test.Y[i] {
				t.Fatalf("%s: row %d is %v, then %v", s.name(), i, y, b.test.Y[i])
			}
		}
	}
}

// The target's variance over training and test rows is scale^2 and that around
// the truth scale^2 (1 - R2). Of n rows the first has a relative standard error of
// at most sqrt(2/n), that of pure noise, plus 2 sqrt(R2 (1 - R2)/n) of the
// covariance of signal and noise; the truth, without noise, is standardised exactly.
func TestMadeSetsHaveTheirR2(t *testing.T) {
	for _, s := range madeSets() {
		noisy, err := s.make()
		if err != nil {
			t.Fatal(err)
		}
		y := append(append([]float64(nil), noisy.train.Y...), noisy.test.Y...)
		n := float64(len(y))
		mean, square := 0.0, 0.0
		for _, v := range y {
			mean += v / n
		}
		for _, v := range y {
			square += (v - mean) * (v - mean) / n
		}
		se := s.scale * math.Sqrt((1-s.r2)/n)
		if math.Abs(mean-s.offset) > 4.5*se+1e-9*math.Abs(s.offset) {
			t.Errorf("%s: mean %v, want %v +- %v", s.name(), mean, s.offset, se)
		}
		variance := square / (s.scale * s.scale)
		se = (1-s.r2)*math.Sqrt(2/n) + 2*math.Sqrt(s.r2*(1-s.r2)/n)
		if math.Abs(variance-1) > 4.5*se+1e-9 {
			t.Errorf("%s: variance %v of the scale's, want 1 +- %v", s.name(), variance, se)
		}
		if s.rows > 300 || s.r2 == 0 {
			continue
		}
		// The same set of R2 = 1 has the truth and no noise; what is left of the
		// noisy target after sqrt(R2) of it is the noise.
		truth := s
		truth.r2 = 1
		clean, err := truth.make()
		if err != nil {
			t.Fatal(err)
		}
		f := append(append([]float64(nil), clean.train.Y...), clean.test.Y...)
		rest := 0.0
		for i, v := range y {
			e := v - s.offset - math.Sqrt(s.r2)*(f[i]-s.offset)
			rest += e * e / n
		}
		if ratio := rest / s.noiseVariance(); math.Abs(ratio-1) > 4.5*math.Sqrt(2/n) {
			t.Errorf("%s: noise variance %v times the true one", s.name(), ratio)
		}
	}
}

func TestChooseSets(t *testing.T) {
	for _, c := range []struct {
		only names
		want int
	}{{nil, 40}, {names{"7"}, 1}, {names{"1", "03"}, 2}, {names{"33-no"}, 1}, {names{"noise"}, 4}, {names{"07-rbf", "7"}, 1}, {names{"sine"}, 1}} {
		if got, err := chooseSets(madeSets(), c.only); err != nil || len(got) != c.want {
			t.Errorf("%v: %d sets, %v", c.only, len(got), err)
		}
	}
	if _, err := chooseSets(madeSets(), names{"none"}); err == nil {
		t.Error("no error for a name that is none")
	}
}
