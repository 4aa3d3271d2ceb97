package demo_test

import (
	"context"
	"math"
	"testing"
)

func TestLevelSet(t *testing.T) {
	for seed := range uint64(4) {
		s := example(t, seed)
		l, err := s.LevelSet(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		x, h := fineGrid(s)
		values := s.Paths.Eval(column(x...))
		var length, count float64
		fewest, most, beyond := 1<<30, 0, 0.0
		for i := range 64 {
			var signs []int
			for j := range x {
				if values.At(i, j) < 0 {
					length += h / 64
				}
				if j > 0 && (values.At(i, j-1) < 0) != (values.At(i, j) < 0) {
					signs = append(signs, j)
				}
			}
			roots := l.Roots[i]
			if len(roots) != len(signs) {
				t.Fatalf("seed %d: path %d has %d roots and %d changes of sign on 10,001 points", seed, i, len(roots), len(signs))
			}
			past := false
			for k, root := range roots {
				// A root is between the points where the sign changes, and exact: f there
				// is rounding.
				within(t, "root", root, x[signs[k]]-h/2, h/2+1e-12)
				within(t, "f at the root", s.Paths.Path(i).At([]float64{root}), 0, 1e-12)
				past = past || root > 1.5
			}
			count += float64(len(roots)) / 64
			fewest, most = min(fewest, len(roots)), max(most, len(roots))
			if past {
				beyond += 1. / 64
			}
		}
		within(t, "crossings", l.Crossings.Value, count, 1e-12)
		within(t, "crossings beyond", l.Beyond.Value, beyond, 1e-12)
		if l.Fewest != fewest || l.Most != most {
			t.Errorf("seed %d: %d to %d crossings, want %d to %d", seed, l.Fewest, l.Most, fewest, most)
		}
		// Each root is off by half a step at most on the grid.
		within(t, "length", l.Length.Value, length, h*count)

		book := newTextbook(t, s, 1e-6)
		mean, sd := book.moments(x)
		var exact float64
		for j := range x {
			w := h
			if j == 0 || j == fine-1 {
				w = h / 2
			}
			exact += w * cdf(-mean[j]/sd[j])
		}
		// The trapezoidal rule on 200 points: spacing²/12 (P'(2) - P'(-2)) and less, P'
		// being at most slope/sd phi(0), some 10 where the data end.
		within(t, "exact length", l.LengthExact, exact, 0.02*0.02/12*2*10)
		within(t, "length of the paths", l.Length.Value, exact, sigmas*l.Length.SE+0.03)
		within(t, "expected crossings", l.Crossings.Value, rice(book), sigmas*l.Crossings.SE+0.03*count)
	}
}

// rice returns the expected number of zeros of f on [-2, 2] (Rice 1945),
//
//	Int E[|f'| | f = 0] p(f = 0) dx,
//
// with f' given f = 0 normal of mean m' - c m/v and variance v' - c²/v, c being the
// covariance of f and f'. Derivatives are central differences of the posterior's
// mean and covariance.
func rice(b *textbook) float64 {
	const h = 1e-3
	at := func(x float64) float64 {
		m, c := b.joint([]float64{x - h, x, x + h})
		slope := (m[2] - m[0]) / (2 * h)
		cross := (c.At(1, 2) - c.At(1, 0)) / (2 * h)
		own := (c.At(2, 2) - 2*c.At(0, 2) + c.At(0, 0)) / (4 * h * h)
		v := c.At(1, 1)
		mu, sd := slope-cross*m[1]/v, math.Sqrt(own-cross*cross/v)
		return (sd*2*phi(mu/sd) + mu*(2*cdf(mu/sd)-1)) * phi(m[1]/math.Sqrt(v)) / math.Sqrt(v)
	}
	const n = 800 // 60 to a lengthscale: Simpson's error is below 1e-6
	step := 4.0 / n
	sum := at(-2) + at(2)
	for i := 1; i < n; i++ {
		sum += at(-2+float64(i)*step) * float64(2+2*(i%2))
	}
	return sum * step / 3
}
