package basis_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/long"
	"matheron/kernel/basis"
	"matheron/rng"
)

// estimates returns phi(0).phi(r) at each lag (columns) for reps bases (rows).
func estimates(t testing.TB, s []basis.Spectrum, o basis.Options, lags [][]float64, reps int) *mat.Dense {
	d := len(lags[0])
	x := mat.NewDense(len(lags)+1, d, nil)
	for i, r := range lags {
		x.SetRow(i+1, r)
	}
	e := mat.NewDense(reps, len(lags), nil)
	for k := range reps {
		b, err := basis.DrawFourier(s, d, 1, o, rng.New(11).Split(k))
		if err != nil {
			t.Fatal(err)
		}
		phi := eval(b, x)
		for i := range lags {
			e.Set(k, i, dot(phi.RawRowView(0), phi.RawRowView(i+1)))
		}
	}
	return e
}

// rms is the root mean square distance of a matrix of estimates from k.
func rms(e *mat.Dense, k []float64) float64 {
	reps, n := e.Dims()
	var sum float64
	for i := range reps {
		for j := range n {
			d := e.At(i, j) - k[j]
			sum += d * d
		}
	}
	return math.Sqrt(sum / float64(reps*n))
}

// TestFourierLagZero: the sin-cos form has the marginal variance exactly.
func TestFourierLagZero(t *testing.T) {
	x := normal(20, 2, "x")
	for _, count := range []int{2, 7, 1024} {
		b, err := basis.DrawFourier([]basis.Spectrum{basis.StudentT(0.5, []float64{0.1, 3})}, 2, 2.3, basis.Options{Count: count}, rng.New(2))
		if err != nil {
			t.Fatal(err)
		}
		if want := count + count%2; b.Len() != want {
			t.Errorf("%d features asked for: %d, want %d", count, b.Len(), want)
		}
		phi := eval(b, x)
		for i := range 20 {
			if v := dot(phi.RawRowView(i), phi.RawRowView(i)); math.Abs(v-2.3) > 1e-14*2.3*math.Sqrt(float64(count)) {
				t.Errorf("%d features: variance %v at row %d, want 2.3", count, v, i)
			}
		}
	}
	b, err := basis.DrawFourier([]basis.Spectrum{basis.Gaussian([]float64{1})}, 1, 1, basis.Options{}, rng.New(2))
	if err != nil || b.Len() != basis.DefaultCount {
		t.Errorf("no count: %d features, error %v, want %d", b.Len(), err, basis.DefaultCount)
	}
}

// TestFourierVariance: the variance of the kernel estimate is that of Sutherland
// and Schneider (2015): (1 + k(2r) - 2k(r)^2)/F and (1 + k(2r)/2 - k(r)^2)/F.
func TestFourierVariance(t *testing.T) {
	const features, reps = 16, 4000
	l := []float64{0.8, 1.5}
	for _, c := range []stationary{stationaries[0], stationaries[1], stationaries[6]} {
		rs := lags(l)
		sincos := estimates(t, []basis.Spectrum{c.spectrum(l)}, basis.Options{Count: features}, rs, reps)
		cosphase := estimates(t, []basis.Spectrum{c.spectrum(l)}, basis.Options{Count: features, Form: basis.CosPhase}, rs, reps)
		for i, r := range rs {
			k, k2 := c.k(r, l), c.k([]float64{2 * r[0], 2 * r[1]}, l)
			for _, form := range []struct {
				name string
				e    *mat.Dense
				want float64
			}{
				{"SinCos", sincos, (1 + k2 - 2*k*k) / features},
				{"CosPhase", cosphase, (1 + k2/2 - k*k) / features},
			} {
				var sum, sum2, sum4 float64
				for rep := range reps {
					d := form.e.At(rep, i) - k
					sum += d
					sum2 += d * d
					sum4 += d * d * d * d
				}
				mean, got := sum/reps, sum2/reps
				// Standard errors of a mean and of a mean square, the latter by
				// the fourth moment as estimated.
				if z := math.Abs(mean) / math.Sqrt(form.want/reps); z > someErrors {
					t.Errorf("%s, %s: mean at lag %v is %.1f standard errors off", c.name, form.name, r, z)
				}
				se := math.Sqrt((sum4/reps - got*got) / reps)
				if math.Abs(got-form.want) > someErrors*se {
					t.Errorf("%s, %s: variance at lag %v is %v, want %v with an error of %v", c.name, form.name, r, got, form.want, se)
				}
			}
		}
	}
}

// TestFourierRate: the error falls as F^-1/2 in both forms.
func TestFourierRate(t *testing.T) {
	const reps = 150
	l := []float64{0.4, 1.2, 0.9}
	rs := lags(l)
	for _, c := range stationaries[:3] {
		k := make([]float64, len(rs))
		for i, r := range rs {
			k[i] = c.k(r, l)
		}
		for _, form := range []basis.Form{basis.SinCos, basis.CosPhase} {
			var sx, sy, sxx, sxy float64
			counts := []int{16, 64, 256, 1024}
			for _, f := range counts {
				e := estimates(t, []basis.Spectrum{c.spectrum(l)}, basis.Options{Count: f, Form: form}, rs, reps)
				x, y := math.Log(float64(f)), math.Log(rms(e, k))
				sx, sy, sxx, sxy = sx+x, sy+y, sxx+x*x, sxy+x*y
			}
			n := float64(len(counts))
			slope := (n*sxy - sx*sy) / (n*sxx - sx*sx)
			// log rms has a standard error of at most 1/sqrt(2 reps) = 0.058,
			// the lags being dependent; over the abscissae log 16 ... log 1024
			// the slope has 0.058/sqrt(9.6) = 0.019.
			if math.Abs(slope+0.5) > someErrors*0.019 {
				t.Errorf("%s, form %d: error falls as F^%.3f, want F^-0.5", c.name, form, slope)
			}
		}
	}
}

// TestFourierKernel is the comparison of TestDrawMean with many frequencies,
// through features, and in both forms.
func TestFourierKernel(t *testing.T) {
	long.Only(t)
	const features = 1 << 16
	for _, c := range stationaries {
		for _, l := range scales {
			for _, form := range []basis.Form{basis.SinCos, basis.CosPhase} {
				e := estimates(t, []basis.Spectrum{c.spectrum(l)}, basis.Options{Count: features, Form: form}, lags(l), 1)
				for i, r := range lags(l) {
					twice := make([]float64, len(r))
					for d := range r {
						twice[d] = 2 * r[d]
					}
					k, k2 := c.k(r, l), c.k(twice, l)
					v := 1 + k2 - 2*k*k
					if form == basis.CosPhase {
						v = 1 + k2/2 - k*k
					}
					if z := math.Abs(e.At(0, i)-k) / math.Sqrt(v/features); z > 5 {
						t.Errorf("%s, l = %v, form %d: estimate at %v is %.1f standard errors off", c.name, l, form, r, z)
					}
				}
			}
		}
	}
}

// TestFourierExtremeFrequencies: heavy tails give finite features.
func TestFourierExtremeFrequencies(t *testing.T) {
	for _, s := range []basis.Spectrum{
		basis.StudentT(0.5, []float64{1e-6}), basis.StudentT(0.01, []float64{1e-6}),
		basis.GammaMixture(0.001, []float64{1e6}), basis.GammaMixture(1e9, []float64{1}),
	} {
		for _, u := range []float64{0x1p-53, 1e-16, 0.5, 1 - 1e-16, 1 - 0x1p-53} {
			omega := []float64{0}
			s.Frequency(omega, []float64{3}, []float64{u})
			phi := eval(basis.NewFourier(mat.NewDense(1, 1, omega), 1, basis.SinCos, nil), mat.NewDense(1, 1, []float64{0.7}))
			if v := math.Hypot(phi.At(0, 0), phi.At(0, 1)); !(math.Abs(v-1) < 1e-15) {
				t.Errorf("%+v: u = %v gives the frequency %v and the features %v", s, u, omega[0], phi.RawRowView(0))
			}
		}
	}
}

func TestNewFourierPanics(t *testing.T) {
	omega := mat.NewDense(2, 1, []float64{1, 2})
	for name, call := range map[string]func(){
		"phases of SinCos":      func() { basis.NewFourier(omega, 1, basis.SinCos, []float64{1, 2}) },
		"no phases of CosPhase": func() { basis.NewFourier(omega, 1, basis.CosPhase, nil) },
		"negative variance":     func() { basis.NewFourier(omega, -1, basis.SinCos, nil) },
		"unknown form":          func() { basis.NewFourier(omega, 1, 7, nil) },
		"NaN frequency":         func() { basis.NewFourier(mat.NewDense(1, 1, []float64{math.NaN()}), 1, basis.SinCos, nil) },
		"weights of harmonics":  func() { basis.NewHarmonics(omega, []float64{1}) },
		"negative weight":       func() { basis.NewHarmonics(omega, []float64{1, -1}) },
		"ragged exponents":      func() { basis.NewMonomials([][]int{{1}, {1, 2}}, []float64{1, 1}) },
		"negative exponent":     func() { basis.NewMonomials([][]int{{-1}}, []float64{1}) },
		"column out of range": func() {
			eval(basis.Active{Basis: basis.NewHarmonics(omega, []float64{1, 1}), Columns: []int{3}}, omega)
		},
		"lengthscale zero":       func() { basis.Gaussian([]float64{0}) },
		"spectrum of other size": func() { basis.Draw([]basis.Spectrum{basis.Gaussian([]float64{1, 1})}, 3, 1, 0, rng.New(0)) },
		"no probability":         func() { basis.Discrete([][]float64{{0, 0}}, []float64{1}) },
		"weights beyond q":       func() { basis.PeriodicWeights(2*basis.MaxPeriodicConcentration, 1e-9) },
		"monomials beyond":       func() { basis.Multinomial(2, []int{3}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}

// TestFourierAllocs: Eval needs no memory of its own, InputGrad two rows.
func TestFourierAllocs(t *testing.T) {
	x := normal(64, 3, "x")
	for name, b := range all(t) {
		f, ok := b.(*basis.Fourier)
		if !ok {
			continue
		}
		phi, w, g := mat.NewDense(64, f.Len(), nil), normal(1, f.Len(), "w"), mat.NewDense(64, 3, nil)
		if n := testing.AllocsPerRun(10, func() { f.Eval(phi, x) }); n > 0 {
			t.Errorf("%s: Eval allocates %v times", name, n)
		}
		if n := testing.AllocsPerRun(10, func() { f.InputGrad(g, w, x) }); n > 2 {
			t.Errorf("%s: InputGrad allocates %v times", name, n)
		}
	}
}
