package prob_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/prob"
	"matheron/prob/probtest"
	"matheron/rng"
)

// vectorCase is a row of the table of the tests, made by testdata/vector.py.
type vectorCase struct {
	Family     string
	Parameters []float64
	Matrix     []float64
	Points     [][]float64
	LogProb    []float64
}

func (c vectorCase) String() string { return fmt.Sprintf("%s%v", c.Family, c.Parameters) }

func (c vectorCase) law(t testing.TB) prob.VectorParametric {
	p := c.Parameters
	var d prob.VectorParametric
	var err error
	switch c.Family {
	case "covariance":
		d, err = prob.NormalFromCovariance(p, mat.NewDense(len(p), len(p), c.Matrix))
	case "cholesky":
		d, err = prob.NormalFromCholesky(p, mat.NewDense(len(p), len(p), c.Matrix))
	case "precision":
		d, err = prob.NormalFromPrecision(p, mat.NewDense(len(p), len(p), c.Matrix))
	case "dirichlet":
		d = prob.Dirichlet{Concentration: p}
	case "lkjcholesky":
		d = prob.LKJCholesky{Rows: int(p[0]), Concentration: p[1]}
	default:
		t.Fatalf("no distribution %s", c.Family)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func vectorTable(t testing.TB) []vectorCase {
	t.Helper()
	text, err := os.ReadFile("testdata/vector.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []vectorCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

func TestVectorAgainstSciPy(t *testing.T) {
	for _, c := range vectorTable(t) {
		d := c.law(t)
		for i, x := range c.Points {
			// Terms are up to 1e4 (a concentration of 2000), and SciPy goes through
			// eigenvalues of the covariance, of condition 100.
			if got := d.LogProb(x); !near(got, c.LogProb[i], 1e-10) {
				t.Errorf("%v: LogProb(%v) = %v, want %v", c, x, got, c.LogProb[i])
			}
		}
	}
}

func TestVectorConformance(t *testing.T) {
	for _, c := range vectorTable(t) {
		t.Run(c.String(), func(t *testing.T) {
			t.Parallel()
			probtest.TestVector(t, c.law(t))
		})
	}
}

// TestVolumeOfCorrelations: the density of concentration 1 over matrices is 1
// over their volume, which is pi^2/2 for three rows and 32 pi^2/27 for four (Joe
// 2006). At the identity the Jacobian of R = LL' is 1.
func TestVolumeOfCorrelations(t *testing.T) {
	for rows, volume := range map[int]float64{2: 2, 3: math.Pi * math.Pi / 2, 4: 32 * math.Pi * math.Pi / 27} {
		identity := make([]float64, rows*rows)
		for i := range rows {
			identity[i*rows+i] = 1
		}
		got := prob.LKJCholesky{Rows: rows, Concentration: 1}.LogProb(identity)
		if !near(got, -math.Log(volume), 1e-13) {
			t.Errorf("%d rows: log density %v, want %v", rows, got, -math.Log(volume))
		}
	}
}

// TestCorrelationsAreBeta: each correlation has the distribution 2b-1 with b of
// Beta(a, a), a = concentration + rows/2 - 1, of variance 1/(2a+1) (Lewandowski,
// Kurowicka and Joe 2009). The variance of 20000 squares of r is below 2 of its
// square, so that 5 standard errors are 5%.
func TestCorrelationsAreBeta(t *testing.T) {
	const n = 20000
	d := prob.LKJCholesky{Rows: 4, Concentration: 1.7}
	r := rng.New(5).Rand()
	squares := mat.NewDense(4, 4, nil)
	for range n {
		l := mat.NewDense(4, 4, d.Draw(nil, r))
		var m mat.Dense
		m.Mul(l, l.T())
		m.MulElem(&m, &m)
		squares.Add(squares, &m)
	}
	want := 1 / (2*(1.7+2-1) + 1)
	for i := range 4 {
		for j := range i {
			if got := squares.At(i, j) / n; math.Abs(got-want) > 0.05*want {
				t.Errorf("correlation %d,%d has the mean square %v, want %v", i, j, got, want)
			}
		}
	}
}

// TestVectorBijectorExtremes goes so far out that numbers underflow.
func TestVectorBijectorExtremes(t *testing.T) {
	for _, s := range []prob.VectorSupport{prob.RealVector(3), prob.Simplex(4), prob.CorrelationCholesky(3)} {
		b := s.Bijector()
		for _, v := range []float64{-1e300, -1000, -40, 40, 400, 1e300} {
			y := []float64{v, -v / 2, v / 3}
			if x := b.Constrain(nil, y); !s.Contains(x) {
				t.Errorf("%T: Constrain(%v) = %v is outside", s, y, x)
			}
			dy := make([]float64, 3)
			if l := b.LogJacobian(dy, y); math.IsNaN(l) || math.IsNaN(dy[0]+dy[1]+dy[2]) {
				t.Errorf("%T: LogJacobian(%v) = %v, %v", s, y, l, dy)
			}
			for _, g := range b.VJP(nil, y, make([]float64, s.Dim())) {
				if g != 0 {
					t.Errorf("%T: VJP at %v of zeros has %v", s, y, g)
				}
			}
		}
	}
}

func TestVectorErrors(t *testing.T) {
	zero := []float64{0, 0}
	var pivot *prob.NotPositiveDefinite
	_, err := prob.NormalFromCovariance(zero, mat.NewDense(2, 2, []float64{1, 9, 2, 1}))
	if !errors.As(err, &pivot) || pivot.Matrix != "covariance" || pivot.Pivot != 1 || pivot.Value != -3 {
		t.Errorf("error %v, want the pivot 1 of -3 of the covariance", err)
	}
	// The pivot is one eps of 1, with an error of two.
	_, err = prob.NormalFromCovariance(zero, mat.NewDense(2, 2, []float64{1, 9, 1, 1 + 0x1p-52}))
	if !errors.As(err, &pivot) || pivot.Pivot != 1 || pivot.Value != 0x1p-52 || !strings.Contains(err.Error(), "lost in rounding") {
		t.Errorf("error %v, want the pivot 1 lost in rounding", err)
	}
	_, err = prob.NormalFromPrecision(zero, mat.NewDense(2, 2, []float64{-1, 0, 0, 1}))
	if !errors.As(err, &pivot) || pivot.Matrix != "precision" || pivot.Pivot != 0 || pivot.Value != -1 {
		t.Errorf("error %v, want the pivot 0 of -1 of the precision", err)
	}
	_, diagonal := prob.NormalFromCholesky(zero, mat.NewDense(2, 2, []float64{1, 0, 0, 0}))
	_, nan := prob.NormalFromCovariance(zero, mat.NewDense(2, 2, []float64{1, 0, math.NaN(), 1}))
	_, mean := prob.NormalFromCovariance([]float64{0, math.Inf(1)}, mat.NewDense(2, 2, []float64{1, 0, 0, 1}))
	for parameter, err := range map[string]error{
		"cholesky[1,1]":            diagonal,
		"covariance[1,0]":          nan,
		"mean[1]":                  mean,
		"concentration[1]":         prob.Dirichlet{Concentration: []float64{1, 0}}.Validate(),
		"number of concentrations": prob.Dirichlet{Concentration: []float64{1}}.Validate(),
		"rows":                     prob.LKJCholesky{Rows: 1, Concentration: 1}.Validate(),
		"concentration":            prob.LKJCholesky{Rows: 2}.Validate(),
	} {
		var bad *prob.ParamError
		if !errors.As(err, &bad) || bad.Parameter != parameter {
			t.Errorf("error %v, want one of %s", err, parameter)
		}
	}
}

// TestCovariance: all three forms of a distribution have one covariance, whose
// diagonal is that of Moments.
func TestCovariance(t *testing.T) {
	for i, c := range vectorTable(t)[:9] {
		d := c.law(t).(*prob.MultivariateNormal)
		n := d.Dim()
		want := mat.NewDense(n, n, vectorTable(t)[i/3*3].Matrix)
		if !mat.EqualApprox(d.Covariance(), want, 1e-11) {
			t.Errorf("%v: covariance %v, want %v", c, mat.Formatted(d.Covariance()), mat.Formatted(want))
		}
		_, variance := d.Moments()
		for j, v := range variance {
			if !near(v, want.At(j, j), 1e-11) {
				t.Errorf("%v: variance %v, want %v", c, v, want.At(j, j))
			}
		}
	}
}

func BenchmarkVectorLogProbGrad(b *testing.B) {
	for _, c := range vectorTable(b) {
		b.Run(c.String(), func(b *testing.B) {
			d := c.law(b)
			grad := make([]float64, d.Dim())
			b.ReportAllocs()
			for range b.N {
				d.LogProbGrad(grad, c.Points[0])
			}
		})
	}
}
