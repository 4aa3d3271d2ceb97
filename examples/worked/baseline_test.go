package worked_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// z975 is the 97.5% quantile of the normal law.
const z975 = 1.959963984540054

func TestReadings(t *testing.T) {
	s := story(t, 3)
	if len(s.Table.X) != 28 || s.Table.X[0] != -1.5 || s.Table.X[27] != 1.5 {
		t.Errorf("%d readings from %v to %v", len(s.Table.X), s.Table.X[0], s.Table.X[27])
	}
	if n, _ := s.Grid.Dims(); n != 200 || s.Grid.At(0, 0) != -2 || s.Grid.At(199, 0) != 2 {
		t.Errorf("a grid of %d points from %v to %v", n, s.Grid.At(0, 0), s.Grid.At(n-1, 0))
	}
	// The residuals of 50 seeds: 1,400 normal numbers of sd 0.15, whose sd has a
	// relative standard error of 1/sqrt(2800).
	var sum, square, n float64
	for seed := range uint64(50) {
		s := story(t, seed)
		for i, x := range s.Table.X {
			e := s.Table.Y[i] - math.Sin(3*x) - 0.3*math.Cos(11*x)
			sum, square, n = sum+e, square+e*e, n+1
		}
	}
	within(t, "mean of the noise", sum/n, 0, sigmas*0.15/math.Sqrt(n))
	within(t, "sd of the noise", math.Sqrt(square/n)/0.15, 1, sigmas/math.Sqrt(2*n))
}

func TestBaseline(t *testing.T) {
	for _, seed := range []uint64{0, 1} {
		r := run(t, seed)
		s, b := r.Story, r.Baseline
		book := newTextbook(t, s, 1e-6)
		if b.Rows != 28 || b.Variance != 1 || b.Lengthscale != 0.3 || b.Jitter != 1e-6 || b.Paths != 64 || b.Features != 1024 {
			t.Errorf("settings %+v", b)
		}
		n := float64(b.Rows)
		evidence := -(mat.Dot(mat.NewVecDense(b.Rows, book.y), &book.a) + book.chol.LogDet() + n*math.Log(2*math.Pi)) / 2
		// cond(H) is about 5/0.0225: 100 eps cond(H) is below 1e-11.
		within(t, "log evidence", b.LogEvidence, evidence, 1e-10*math.Abs(evidence))

		x := b.Band.X
		mean, sd := book.moments(x)
		var rmse, inside, beyond, insideN, beyondN float64
		for i, v := range x {
			within(t, "mean", b.Mean[i], mean[i], 1e-10)
			within(t, "sd", b.SD[i], sd[i], 1e-9)
			truth := math.Sin(3*v) + 0.3*math.Cos(11*v)
			switch {
			case math.Abs(v) <= 1.5:
				inside, insideN = inside+2*z975*sd[i], insideN+1
				rmse += (mean[i] - truth) * (mean[i] - truth)
			case math.Abs(v) <= 1.8:
				beyond, beyondN = beyond+2*z975*sd[i], beyondN+1
			}
		}
		within(t, "rmse", *b.RMSE, math.Sqrt(rmse/insideN), 1e-10)
		within(t, "exact width inside", b.Exact.Inside, inside/insideN, 1e-8)
		within(t, "exact width beyond", b.Exact.Beyond, beyond/beyondN, 1e-8)
		within(t, "exact width at the ends", b.Exact.Ends, z975*(sd[0]+sd[199]), 1e-8)

		// The 2.5% quantile of 64 draws is near to order statistic 2.6, at -1.82 sd
		// rather than -1.96 (Blom's approximation), with an error of
		// sqrt(p q/64)/phi(1.96) = 0.33 sd: a width is 7% less, with an error of 12% a
		// point. Points count as independent every lengthscale: 10 within the data and
		// 2 at the ends and beyond; the basis adds F^-1/2 = 3%.
		within(t, "width inside", b.Width.Inside/b.Exact.Inside, 0.93, sigmas*0.12/math.Sqrt(10)+0.03)
		within(t, "width beyond", b.Width.Beyond/b.Exact.Beyond, 0.93, sigmas*0.12/math.Sqrt(2)+0.03)
		within(t, "width at the ends", b.Width.Ends/b.Exact.Ends, 0.93, sigmas*0.12/math.Sqrt(2)+0.03)
		if !(b.MeanError < sigmas) {
			t.Errorf("the mean of the paths is %v standard errors away", b.MeanError)
		}
		// Of one basis the variance is off by a relative sqrt(2/F) at most.
		if f := b.Fidelity; !(f.SDRatioMin > 1-sigmas*math.Sqrt(2./1024)/2 && f.SDRatioMax < 1+sigmas*math.Sqrt(2./1024)/2 && f.Wasserstein < 0.05) {
			t.Errorf("fidelity %+v", f)
		}
	}
}

// The band is that of the paths, each evaluated alone.
func TestBandIsThatOfThePaths(t *testing.T) {
	r := run(t, 0)
	b := r.Baseline.Band
	for _, i := range []int{0, 57, 100, 199} {
		var v []float64
		for p := range 64 {
			v = append(v, r.Story.Paths.Path(p).At([]float64{b.X[i]}))
		}
		for p := range 6 {
			within(t, "thin path", b.Thin[p][i], v[p], 1e-12)
		}
		slices.Sort(v)
		// Order statistic 1 + 63 p, counted from 1.
		within(t, "lower", b.Lower[i], v[1]+0.575*(v[2]-v[1]), 1e-12)
		within(t, "median", b.Median[i], (v[31]+v[32])/2, 1e-12)
		within(t, "upper", b.Upper[i], v[61]+0.425*(v[62]-v[61]), 1e-12)
	}
}
