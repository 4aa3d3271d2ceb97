package demo_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/demo"
)

// z975 is the 97.5% quantile of the normal distribution.
const z975 = 1.959963984540054

func TestReadings(t *testing.T) {
	s := example(t, 3)
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
		s := example(t, seed)
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
		s, b := r.Example, r.Baseline
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
		far := 0.0
		for i := range x {
			far = max(far, math.Abs(mat.Sum(s.Values.ColView(i))/64-mean[i])/(sd[i]/8))
		}
		within(t, "distance of the mean", b.MeanError, far, 1e-7)
		if !(b.MeanError < sigmas) {
			t.Errorf("the mean of the paths is %v standard errors away", b.MeanError)
		}
		fidelity(t, s, book, b.Fidelity)
	}
}

// fidelity compares the distribution of a path, at 25 points, with the posterior.
func fidelity(t *testing.T, s *demo.Example, book *textbook, got demo.Fidelity) {
	t.Helper()
	x := make([]float64, 25)
	for i := range x {
		x[i] = -2 + 4*float64(i)/24
	}
	_, cov, err := s.Paths.Moments(0, column(x...))
	if err != nil {
		t.Fatal(err)
	}
	_, c := book.joint(x)
	exact := symmetric(c)
	low, high := math.Inf(1), 0.0
	for i := range x {
		r := math.Sqrt(cov.At(i, i) / exact.At(i, i))
		low, high = min(low, r), max(high, r)
	}
	within(t, "least ratio", got.SDRatioMin, low, 1e-8)
	within(t, "greatest ratio", got.SDRatioMax, high, 1e-8)
	// Of one basis the variance is off by a relative sqrt(2/F).
	if !(low > 1-sigmas*math.Sqrt(2./1024)/2 && high < 1+sigmas*math.Sqrt(2./1024)/2) {
		t.Errorf("the sd of a path is %v to %v of the posterior's", low, high)
	}
	// W² = tr(A + B - 2 (B^1/2 A B^1/2)^1/2), over the number of points.
	root := squareRoot(t, exact)
	var m mat.Dense
	m.Product(root, cov, root)
	w2 := mat.Trace(cov) + mat.Trace(exact) - 2*mat.Trace(squareRoot(t, symmetric(&m)))
	// Roots of eigenvalues that are rounding, 1e-16, are off by 1e-8, 25 of them.
	within(t, "Wasserstein squared", got.Wasserstein*got.Wasserstein, w2/25, 2e-8)
}

// squareRoot is that of a symmetric matrix, eigenvalues below zero being rounding.
func squareRoot(t *testing.T, a *mat.SymDense) *mat.Dense {
	t.Helper()
	var e mat.EigenSym
	if !e.Factorize(a, true) {
		t.Fatal("no eigenvalues")
	}
	var v, out mat.Dense
	e.VectorsTo(&v)
	values := e.Values(nil)
	d := mat.NewDiagDense(len(values), nil)
	for i, l := range values {
		d.SetDiag(i, math.Sqrt(max(0, l)))
	}
	out.Product(&v, d, v.T())
	return &out
}

// The band is that of the paths, each evaluated alone.
func TestBandIsThatOfThePaths(t *testing.T) {
	r := run(t, 0)
	b := r.Baseline.Band
	for _, i := range []int{0, 57, 100, 199} {
		var v []float64
		for p := range 64 {
			v = append(v, r.Example.Paths.Path(p).At([]float64{b.X[i]}))
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
