package basis_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
)

// mustMatch compares phi(x) phi(y)ᵀ with k at random points. Sums of F products
// of size scale leave about sqrt(F) eps scale: 1e-13 of it for the F < 2000 here.
func mustMatch(t *testing.T, name string, b basis.Basis, d int, k func(x, y []float64) float64) {
	t.Helper()
	x, y := normal(12, d, "x"), normal(9, d, "y")
	got := inner(b, x, y)
	xx, yy := inner(b, x, x), inner(b, y, y)
	for i := range 12 {
		for j := range 9 {
			want := k(x.RawRowView(i), y.RawRowView(j))
			scale := max(1, math.Sqrt(xx.At(i, i)*yy.At(j, j)))
			if math.Abs(got.At(i, j)-want) > 1e-13*scale {
				t.Fatalf("%s: inner product %d, %d is %v, kernel %v", name, i, j, got.At(i, j), want)
			}
		}
	}
}

// periodicBasis is the exact features of a periodic kernel in one dimension.
func periodicBasis(l, period float64) *basis.Harmonics {
	c := basis.PeriodicWeights(1/(l*l), 1e-16)
	omega := mat.NewDense(len(c), 1, nil)
	for j := range c {
		omega.Set(j, 0, float64(j)*2*math.Pi/period)
	}
	return basis.NewHarmonics(omega, c)
}

func periodic(r, l, period float64) float64 {
	s := math.Sin(math.Pi * r / period)
	return math.Exp(-2 * s * s / (l * l))
}

func TestHarmonicsPeriodic(t *testing.T) {
	for _, l := range []float64{0.2, 0.7, 1, 5, 1000} {
		b := periodicBasis(l, 1.3)
		if want := 2*len(b.Weight()) - 1; b.Len() != want {
			t.Errorf("lengthscale %v: %d features, want %d: zero has one", l, b.Len(), want)
		}
		mustMatch(t, "periodic", b, 1, func(x, y []float64) float64 { return periodic(x[0]-y[0], l, 1.3) })
	}
}

func TestHarmonicsCosine(t *testing.T) {
	b := basis.NewHarmonics(mat.NewDense(1, 2, []float64{3, -0.5}), []float64{2})
	mustMatch(t, "cosine", b, 2, func(x, y []float64) float64 {
		return 2 * math.Cos(3*(x[0]-y[0])-0.5*(x[1]-y[1]))
	})
}

func TestMonomialsLinear(t *testing.T) {
	v := []float64{0.5, 2, 0}
	coef := []float64{math.Sqrt(0.3)}
	for _, s := range v {
		coef = append(coef, math.Sqrt(s))
	}
	mustMatch(t, "linear", basis.NewMonomials(basis.Exponents(3, 1), coef), 3, func(x, y []float64) float64 {
		k := 0.3
		for d, s := range v {
			k += s * x[d] * y[d]
		}
		return k
	})
}

func TestMonomialsPolynomial(t *testing.T) {
	for _, c := range []struct {
		d, degree int
		bias      float64
	}{{1, 0, 1}, {1, 5, 0.4}, {2, 3, 1.5}, {3, 4, 0.2}, {6, 3, 0}} {
		exponents := basis.Exponents(c.d, c.degree)
		coef := make([]float64, len(exponents))
		for j, e := range exponents {
			rest := c.degree
			for _, q := range e {
				rest -= q
			}
			coef[j] = math.Sqrt(0.7 * basis.Multinomial(c.degree, e) * math.Pow(c.bias, float64(rest)))
		}
		mustMatch(t, "polynomial", basis.NewMonomials(exponents, coef), c.d, func(x, y []float64) float64 {
			k := c.bias
			for d := range x {
				k += x[d] * y[d]
			}
			return 0.7 * math.Pow(k, float64(c.degree))
		})
	}
}

// TestMonomialsGradAtZero: the derivative of x0 x1^2 to x0 at x0 = 0 is x1^2.
func TestMonomialsGradAtZero(t *testing.T) {
	b := basis.NewMonomials([][]int{{1, 2}}, []float64{3})
	g := mat.NewDense(1, 2, nil)
	b.InputGrad(g, mat.NewDense(1, 1, []float64{1}), mat.NewDense(1, 2, []float64{0, 5}))
	if g.At(0, 0) != 75 || g.At(0, 1) != 0 {
		t.Errorf("gradient %v, want [75 0]", g.RawRowView(0))
	}
}

func TestExponents(t *testing.T) {
	want := [][]int{{0, 0}, {1, 0}, {0, 1}, {2, 0}, {1, 1}, {0, 2}}
	if got := basis.Exponents(2, 2); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("Exponents(2, 2) = %v, want %v", got, want)
	}
	// C(5+3, 3)
	if got := len(basis.Exponents(5, 3)); got != 56 {
		t.Errorf("%d monomials of degree 3 in 5 inputs, want 56", got)
	}
}

// TestMultinomialSum: the coefficients of degree q in D+1 terms sum to (D+1)^q.
func TestMultinomialSum(t *testing.T) {
	for _, c := range [][2]int{{1, 7}, {2, 4}, {4, 6}} {
		var sum float64
		for _, e := range basis.Exponents(c[0], c[1]) {
			sum += basis.Multinomial(c[1], e)
		}
		if want := math.Pow(float64(c[0]+1), float64(c[1])); sum != want {
			t.Errorf("D = %d, degree %d: coefficients sum to %v, want %v", c[0], c[1], sum, want)
		}
	}
	if got := basis.Multinomial(40, []int{20}); got != 137846528820 {
		t.Errorf("C(40, 20) = %v", got)
	}
}

func TestComposition(t *testing.T) {
	p, q := periodicBasis(0.8, 2), periodicBasis(1.2, 0.9)
	linear := basis.NewMonomials(basis.Exponents(2, 1), []float64{1, 1, 2})
	kp := func(x, y []float64) float64 { return periodic(x[1]-y[1], 0.8, 2) }
	kq := func(x, y []float64) float64 { return periodic(x[0]-y[0], 1.2, 0.9) }
	kl := func(x, y []float64) float64 { return 1 + x[0]*y[0] + 4*x[1]*y[1] }
	bp, bq := basis.Active{Basis: p, Columns: []int{1}}, basis.Active{Basis: q, Columns: []int{0}}
	mustMatch(t, "product over dimensions", basis.Kronecker{A: bp, B: bq}, 2, func(x, y []float64) float64 { return kp(x, y) * kq(x, y) })
	mustMatch(t, "product with linear", basis.Kronecker{A: linear, B: bp}, 2, func(x, y []float64) float64 { return kl(x, y) * kp(x, y) })
	s := basis.Stack{bp, basis.Scaled{Basis: linear, Factor: math.Sqrt(3)}, bq}
	mustMatch(t, "sum", s, 2, func(x, y []float64) float64 { return kp(x, y) + 3*kl(x, y) + kq(x, y) })

	want := []int{0, bp.Len(), bp.Len() + 3, bp.Len() + 3 + bq.Len()}
	if got := s.Offsets(); !slices.Equal(got, want) {
		t.Errorf("offsets %v, want %v", got, want)
	}
	// The features are where the docs say.
	x := normal(2, 2, "x")
	k, a, b := eval(basis.Kronecker{A: linear, B: bp}, x), eval(linear, x), eval(bp, x)
	if got, want := k.At(1, 2*bp.Len()+1), a.At(1, 2)*b.At(1, 1); got != want {
		t.Errorf("Kronecker feature (2, 1) is %v, want %v", got, want)
	}
}

func TestEmptyStack(t *testing.T) {
	s := basis.Stack{}
	if s.Len() != 0 || !slices.Equal(s.Offsets(), []int{0}) {
		t.Errorf("empty stack: %d features, offsets %v", s.Len(), s.Offsets())
	}
	x := normal(3, 1, "x")
	g := mat.NewDense(3, 1, nil)
	for _, b := range []basis.Basis{s, basis.Stack{s}, basis.Scaled{Basis: s, Factor: 2}, basis.Active{Basis: s, Columns: []int{0}}, basis.Kronecker{A: s, B: s}} {
		b.Eval(&mat.Dense{}, x)
		b.InputGrad(g, &mat.Dense{}, x)
	}
}
