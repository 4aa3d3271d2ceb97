package infer

import (
	"context"
	"errors"
	"math"
	"testing"

	"matheron/optimize"
	"matheron/rng"
)

func TestLaplaceOfANormalIsExact(t *testing.T) {
	sd := []float64{1, 1e-3, 1e3, 0.2}
	mean := []float64{0, 2, -1e3, 0.5}
	cov := randomCovariance(sd, rng.New(1))
	target := correlatedTarget(mean, cov)
	m, err := MAP{Key: rng.New(2)}.Run(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	l, err := NewLaplace(context.Background(), target, m.X)
	if err != nil {
		t.Fatal(err)
	}
	got := l.Covariance()
	for i := range sd {
		if d := math.Abs(l.Mean()[i]-mean[i]) / sd[i]; d > 1e-5 {
			t.Errorf("mean %d is %v deviations off", i, d)
		}
		if d := math.Abs(l.SD()[i]/sd[i] - 1); d > 1e-8 {
			t.Errorf("deviation %d: %v, want %v", i, l.SD()[i], sd[i])
		}
		for j := range i + 1 {
			// The differences of a linear gradient are good to eps/h = 2e-13 of its terms,
			// and the precision's condition number after scaling is some 100.
			if d := math.Abs(got.At(i, j)-cov.At(i, j)) / (sd[i] * sd[j]); d > 1e-8 {
				t.Errorf("covariance (%d,%d): %v, want %v", i, j, got.At(i, j), cov.At(i, j))
			}
		}
	}
	// exp(-q/2) integrates to (2 pi)^(D/2) det(cov)^(1/2).
	g := NewGaussian(mean, lower(cov))
	want := 2*log2Pi + g.logDet()
	if math.Abs(l.LogEvidence-want) > 1e-8 {
		t.Errorf("log evidence %v, want %v", l.LogEvidence, want)
	}
	if l.Decrement > 1e-9 {
		t.Errorf("decrement %v", l.Decrement)
	}
}

// lower returns the Cholesky factor by its definition.
func lower(cov interface{ At(i, j int) float64 }) *lowerMatrix {
	l := &lowerMatrix{}
	for i := range l {
		for j := range i + 1 {
			s := cov.At(i, j)
			for k := range j {
				s -= l[i][k] * l[j][k]
			}
			if i == j {
				l[i][i] = math.Sqrt(s)
			} else {
				l[i][j] = s / l[j][j]
			}
		}
	}
	return l
}

// A Gamma(a, 1) by its logarithm u: log density a u - exp(u), mode log a, curvature
// a, log evidence log Gamma(a) + 1/(12a) less by Stirling.
func TestLaplaceOfAGamma(t *testing.T) {
	const a = 10
	target := funcTarget{1, func(grad, x []float64) float64 {
		grad[0] = a - math.Exp(x[0])
		return a*x[0] - math.Exp(x[0])
	}}
	l, err := NewLaplace(context.Background(), target, []float64{2})
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(l.Mean()[0]-math.Log(a)) > 1e-5 || math.Abs(l.SD()[0]*math.Sqrt(a)-1) > 1e-6 {
		t.Errorf("%v +- %v, want %v +- %v", l.Mean()[0], l.SD()[0], math.Log(a), 1/math.Sqrt(a))
	}
	lg, _ := math.Lgamma(a)
	// Stirling's next term: -1/(360 a³).
	if d := lg - l.LogEvidence - 1.0/(12*a) + 1.0/(360*a*a*a); math.Abs(d) > 1e-6 {
		t.Errorf("log evidence %v, log Gamma %v", l.LogEvidence, lg)
	}
}

func TestHessian(t *testing.T) {
	// Of the funnel, by hand: -d²/dv² = 1/9 + sum x² e/2, -d²/dv dx = -x e, -d²/dx² = e.
	x := []float64{0.7, 1, -2, 0.5}
	h, _, err := hessian(funnelTarget(3), x)
	if err != nil {
		t.Fatal(err)
	}
	e := math.Exp(-0.7)
	want := [4][4]float64{{1.0/9 + (1+4+0.25)*e/2, -e, 2 * e, -0.5 * e}, {-e, e, 0, 0}, {2 * e, 0, e, 0}, {-0.5 * e, 0, 0, e}}
	for i := range want {
		for j := range want {
			if math.Abs(h.At(i, j)-want[i][j]) > 1e-10 {
				t.Errorf("(%d,%d): %v, want %v", i, j, h.At(i, j), want[i][j])
			}
		}
	}
}

func TestCurvatureErrors(t *testing.T) {
	saddle := funcTarget{2, func(grad, x []float64) float64 {
		grad[0], grad[1] = -x[0], x[1]
		return (x[1]*x[1] - x[0]*x[0]) / 2
	}}
	ridge := funcTarget{2, func(grad, x []float64) float64 { // curved well along each, not along x = -y
		s := x[0] + x[1]
		d := x[0] - x[1]
		grad[0], grad[1] = -2*s+0.1*d, -2*s-0.1*d
		return -s*s + 0.05*d*d
	}}
	edge := funcTarget{1, func(grad, x []float64) float64 {
		grad[0] = -1
		if x[0] < 0 {
			return math.Inf(-1)
		}
		return -x[0]
	}}
	for _, c := range []struct {
		target     Target
		coordinate int
	}{{saddle, 1}, {ridge, 1}, {edge, 0}} {
		_, err := NewLaplace(context.Background(), c.target, make([]float64, c.target.Dim()))
		var e *CurvatureError
		if !errors.As(err, &e) || e.Coordinate != c.coordinate {
			t.Errorf("error %v, want coordinate %d", err, c.coordinate)
		}
	}
	var init *InitError
	if _, err := NewLaplace(context.Background(), edge, []float64{-1}); !errors.As(err, &init) {
		t.Errorf("outside: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := NewLaplace(ctx, normalTarget(1), []float64{0}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestMAP(t *testing.T) {
	// Two modes of different height: of several starts the higher one wins.
	target := mixtureTarget(0.3, 4, 0.7)
	m, err := MAP{Starts: 8, Key: rng.New(1)}.Run(context.Background(), newSeparate(target))
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(m.X[0]-4) > 1e-4 || !m.Status.Converged() || len(m.Ends) != 8 || m.LogProb != m.Ends[m.Start] {
		t.Errorf("mode %+v", m)
	}
	for i, e := range m.Ends {
		if e > m.LogProb {
			t.Errorf("start %d ends at %v, above %v", i, e, m.LogProb)
		}
	}
	m, err = MAP{Init: [][]float64{{-3, 1}}, Minimizer: optimize.LBFGS{GradTol: 1e-10}, Key: rng.New(1)}.Run(context.Background(), target)
	if err != nil || math.Abs(m.X[0]+4) > 1e-4 || math.Abs(m.Grad[0]) > 1e-10 {
		t.Errorf("from the left: %+v, %v", m, err)
	}
	nowhere := funcTarget{1, func(grad, x []float64) float64 { return math.NaN() }}
	var init *InitError
	if _, err = (MAP{Key: rng.New(1)}).Run(context.Background(), nowhere); !errors.As(err, &init) {
		t.Errorf("nowhere: %v", err)
	}
	// A start outside is left out, the others go on.
	half := funcTarget{1, func(grad, x []float64) float64 {
		if x[0] <= 0 {
			return math.Inf(-1)
		}
		grad[0] = 2/x[0] - 1
		return 2*math.Log(x[0]) - x[0]
	}}
	m, err = MAP{Init: [][]float64{{-1}, {1}}, Key: rng.New(1)}.Run(context.Background(), half)
	if err != nil || math.Abs(m.X[0]-2) > 1e-4 || m.Start != 1 || !math.IsNaN(m.Ends[0]) {
		t.Errorf("from inside: %+v, %v", m, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err = (MAP{Key: rng.New(1)}).Run(ctx, target); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestGaussian(t *testing.T) {
	cov := randomCovariance([]float64{1, 2, 0.5, 3}, rng.New(5))
	mean := []float64{1, 0, -2, 3}
	g := NewGaussian(mean, lower(cov))
	got := g.Covariance()
	for i := range 4 {
		for j := range 4 {
			if math.Abs(got.At(i, j)-cov.At(i, j)) > 1e-14 {
				t.Errorf("covariance (%d,%d): %v, want %v", i, j, got.At(i, j), cov.At(i, j))
			}
		}
	}
	diag := NewDiagonalGaussian(mean, g.SD())
	x := []float64{0.5, 1, -1, 2}
	want := 0.0
	for i, s := range diag.SD() {
		z := (x[i] - mean[i]) / s
		want -= z*z/2 + math.Log(s) + log2Pi/2
	}
	if math.Abs(diag.LogProb(x)-want) > 1e-14 {
		t.Errorf("log density %v, want %v", diag.LogProb(x), want)
	}
	// At one deviation along each column of L the quadratic form is 1.
	z := []float64{0, 1, 0, 0}
	g.at(x, z)
	if want := g.LogProb(mean) - 0.5; math.Abs(g.LogProb(x)-want) > 1e-13 {
		t.Errorf("log density %v, want %v", g.LogProb(x), want)
	}
	// Entropy is minus the mean log density; draws depend on their index alone.
	for _, g := range []*Gaussian{g, diag} {
		const n = 4000
		rows := g.Draw(rng.New(6), n)
		mean := 0.0
		for i := range n {
			mean -= g.LogProb(rows.RawRowView(i)) / n
		}
		// -log density has variance D/2 = 2: four of sqrt(2/n).
		if math.Abs(mean-g.Entropy()) > 4*math.Sqrt(2.0/n) {
			t.Errorf("entropy %v, mean of draws %v", g.Entropy(), mean)
		}
		if few := g.Draw(rng.New(6), 3); few.At(2, 1) != rows.At(2, 1) {
			t.Error("draw 2 depends on the number of draws")
		}
	}
	for name, f := range map[string]func(){
		"shape":     func() { NewGaussian([]float64{1}, lower(cov)) },
		"zero":      func() { NewDiagonalGaussian([]float64{1}, []float64{0}) },
		"lengths":   func() { NewDiagonalGaussian([]float64{1}, nil) },
		"point":     func() { g.LogProb([]float64{1}) },
		"draws":     func() { g.Draw(rng.New(1), 0) },
		"factor":    func() { NewGaussian(make([]float64, 4), &lowerMatrix{}) },
		"guide":     func() { newGuide(7, []float64{1}, 1) },
		"setting":   func() { SVI{Pairs: -1, Key: rng.New(1)}.Run(context.Background(), normalTarget(1)) },
		"SVI start": func() { SVI{Init: []float64{1}, Key: rng.New(1)}.Run(context.Background(), normalTarget(1, 1)) },
		"starts":    func() { MAP{Starts: -1, Key: rng.New(1)}.Run(context.Background(), normalTarget(1)) },
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
}
