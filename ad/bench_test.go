package ad_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/ad"
	"matheron/linalg"
)

// A chain of 1,000 operations on scalars, forwards and backwards: divide by 1,000 for
// the cost of one.
func BenchmarkScalarChain(b *testing.B) {
	const n = 1000
	for _, c := range []struct {
		name string
		step func(a, x ad.Value) ad.Value
	}{
		{"add", ad.Add},
		{"mul", ad.Mul},
		{"exp", func(a, _ ad.Value) ad.Value { return ad.Exp(a) }},
		{"scale", func(a, _ ad.Value) ad.Value { return ad.Scale(a, 0.9) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			f := ad.Gradient(func(_ *ad.Tape, x ad.Value) ad.Value {
				a, y := ad.At(x, 0), ad.At(x, 1)
				for range n {
					a = c.step(a, y)
				}
				return a
			})
			x, g := []float64{-1, 0.99}, make([]float64, 2)
			b.ReportAllocs()
			for b.Loop() {
				f(g, x)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/node")
		})
	}
}

// Elements of vectors rather than nodes.
func BenchmarkVector(b *testing.B) {
	const n = 1000
	for _, c := range []struct {
		name string
		f    func(x ad.Value) ad.Value
	}{
		{"add", func(x ad.Value) ad.Value { return ad.Add(x, x) }},
		{"mul", func(x ad.Value) ad.Value { return ad.Mul(x, x) }},
		{"square", ad.Square},
		{"exp", ad.Exp},
	} {
		b.Run(c.name, func(b *testing.B) {
			f := ad.Gradient(func(_ *ad.Tape, x ad.Value) ad.Value { return ad.Sum(c.f(x)) })
			x, g := make([]float64, n), make([]float64, n)
			b.ReportAllocs()
			for b.Loop() {
				f(g, x)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
		})
	}
}

var schools = struct{ y, sigma []float64 }{
	[]float64{28, 8, -3, 7, -1, 1, 18, 12}, []float64{15, 10, 16, 11, 9, 11, 10, 18},
}

// Eight schools, non-centred, in (mu, log tau, z): on the tape, and by hand.
func schoolsTape(t *ad.Tape, x ad.Value) ad.Value {
	mu, logTau, z := ad.At(x, 0), ad.At(x, 1), ad.Slice(x, 2, 10)
	tau := ad.Exp(logTau)
	theta := ad.Add(mu, ad.Mul(tau, z))
	r := ad.Div(ad.Sub(t.ConstVector(schools.y), theta), t.ConstVector(schools.sigma))
	f := ad.Add(ad.Dot(r, r), ad.Dot(z, z))
	f = ad.Add(f, ad.Square(ad.Scale(mu, 0.2)))
	f = ad.Add(f, ad.Scale(ad.Log1p(ad.Square(ad.Scale(tau, 0.2))), 2))
	return ad.Add(ad.Scale(f, -0.5), logTau)
}

func schoolsHand(g, x []float64) float64 {
	mu, logTau, z := x[0], x[1], x[2:]
	tau := math.Exp(logTau)
	f := mu*mu/25 + 2*math.Log1p(tau*tau/25)
	g[0] = -mu / 25
	g[1] = 1 - 2*tau*tau/25/(1+tau*tau/25)
	for i, zi := range z {
		s := schools.sigma[i]
		r := (schools.y[i] - mu - tau*zi) / s
		f += r*r + zi*zi
		g[0] += r / s
		g[1] += r / s * tau * zi
		g[2+i] = r/s*tau - zi
	}
	return -0.5*f + logTau
}

func schoolsPoint() []float64 { return []float64{4, 1, 0.3, -0.2, 0.1, 0.5, -1, 0.7, 0.2, -0.4} }

func TestEightSchoolsByHand(t *testing.T) {
	x := schoolsPoint()
	a, b := make([]float64, 10), make([]float64, 10)
	fa, fb := ad.Gradient(schoolsTape)(a, x), schoolsHand(b, x)
	// Sums of ten numbers below ten.
	if math.Abs(fa-fb) > 1e-14*math.Abs(fb) {
		t.Errorf("value %.17g, by hand %.17g", fa, fb)
	}
	for i := range a {
		if math.Abs(a[i]-b[i]) > 1e-14 {
			t.Errorf("derivative %d: %.17g, by hand %.17g", i, a[i], b[i])
		}
	}
}

func BenchmarkEightSchools(b *testing.B) {
	x, g := schoolsPoint(), make([]float64, 10)
	for _, c := range []struct {
		name string
		f    func(g, x []float64) float64
	}{{"tape", ad.Gradient(schoolsTape)}, {"hand", schoolsHand}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.f(g, x)
			}
		})
	}
}

// gp28 is the evidence of 28 points under an RBF kernel in log variance and log
// lengthscale, noise fixed.
type gp28 struct {
	x       *mat.Dense
	y       []float64
	k, inv  *mat.Dense
	dl      []float64
	weights []float64
}

func newGP28() *gp28 {
	n := 28
	d := &gp28{x: mat.NewDense(n, 1, nil), y: make([]float64, n), k: mat.NewDense(n, n, nil), inv: mat.NewDense(n, n, nil), dl: make([]float64, n*n), weights: make([]float64, n)}
	for i := range n {
		x := -1.5 + 3*float64(i)/float64(n-1)
		d.x.Set(i, 0, x)
		d.y[i] = math.Sin(3*x) + 0.3*math.Cos(11*x)
	}
	return d
}

const gpNoise = 0.15 * 0.15

func (d *gp28) tape(t *ad.Tape, theta ad.Value) ad.Value {
	x, y := t.ConstMatrix(d.x), t.ConstVector(d.y)
	p := ad.Exp(theta)
	r2 := ad.Square(ad.Sub(x, ad.Reshape(x, d.x.RawMatrix().Rows))) // constant
	w := ad.Scale(ad.Inv(ad.Square(ad.At(p, 1))), -0.5)
	k := ad.Mul(ad.At(p, 0), ad.Exp(ad.Mul(w, r2)))
	l := ad.Cholesky(ad.AddDiag(k, t.Const(gpNoise)))
	z := ad.SolveLower(l, y)
	return ad.Scale(ad.Add(ad.Dot(z, z), ad.LogDet(l)), -0.5)
}

// hand is the same by d = tr((a a' - K^-1) dK)/2.
func (d *gp28) hand(g, theta []float64) float64 {
	n := len(d.y)
	v, ell := math.Exp(theta[0]), math.Exp(theta[1])
	for i := range n {
		for j := range i + 1 {
			r := (d.x.At(i, 0) - d.x.At(j, 0)) / ell
			k := v * math.Exp(-0.5*r*r)
			d.dl[i*n+j] = k * r * r
			if i == j {
				k += gpNoise
			}
			d.k.Set(i, j, k)
		}
	}
	c, err := linalg.Factorize(d.k, linalg.Policy{})
	if err != nil {
		panic(err)
	}
	copy(d.weights, d.y)
	c.SolveVec(d.weights)
	f := c.LogDet()
	for i, a := range d.weights {
		f += a * d.y[i]
	}
	c.Inverse(d.inv)
	g[0], g[1] = 0, 0
	for i := range n {
		for j := range i + 1 {
			w := d.weights[i]*d.weights[j] - d.inv.At(i, j)
			if i == j {
				w /= 2
			}
			r := (d.x.At(i, 0) - d.x.At(j, 0)) / ell
			g[0] += w * v * math.Exp(-0.5*r*r)
			g[1] += w * d.dl[i*n+j]
		}
	}
	return -0.5 * f
}

func TestGaussianProcessByHand(t *testing.T) {
	d := newGP28()
	theta := []float64{0.2, math.Log(0.3)}
	a, b := make([]float64, 2), make([]float64, 2)
	fa, fb := ad.Gradient(d.tape)(a, theta), d.hand(b, theta)
	// The condition is below n v / noise = 1.5e3: 100 eps of it is 3e-11.
	for i, v := range append(a, fa) {
		if w := append(b, fb)[i]; math.Abs(v-w) > 3e-11*math.Max(1, math.Abs(w)) {
			t.Errorf("number %d: %.15g, by hand %.15g", i, v, w)
		}
	}
}

func BenchmarkGP28(b *testing.B) {
	d := newGP28()
	theta, g := []float64{0.2, math.Log(0.3)}, make([]float64, 2)
	for _, c := range []struct {
		name string
		f    func(g, x []float64) float64
	}{{"tape", ad.Gradient(d.tape)}, {"hand", d.hand}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.f(g, theta)
			}
		})
	}
}

func BenchmarkMatrix(b *testing.B) {
	for _, n := range []int{32, 128, 512} {
		x := uniform(generator(1), []shape{{n, n}}, func(int) (float64, float64) { return -1, 1 })
		dominant(x)
		m := mat.NewDense(n, n, x[0])
		for _, c := range []struct {
			name string
			f    func(x ad.Value) ad.Value
		}{
			{"product", func(x ad.Value) ad.Value { return ad.MatMul(x, x) }},
			{"cholesky", ad.Cholesky},
			{"solve", func(x ad.Value) ad.Value { return ad.SolveLower(x, x) }},
		} {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				t := ad.NewTape()
				b.ReportAllocs()
				for b.Loop() {
					t.Reset()
					t.Backward(ad.Sum(c.f(t.Matrix(m))))
				}
			})
		}
	}
}
