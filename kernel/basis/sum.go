package basis

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// Summer is the ability of a basis of giving one weighted sum of its features,
// without room for them: a function of its own.
type Summer interface {
	// Sum adds to dst[i] the sum over j of w[j] phi_j(x_i) and, unless grad is nil,
	// to grad[i][d] its derivative to x_id: what InputGrad adds, summed in another
	// order. A row depends on w and on its row of x alone, with grad or without.
	Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense)
}

var (
	_ Summer = (*Fourier)(nil)
	_ Summer = Scaled{}
	_ Summer = Stack(nil)
)

// Sum is [Summer.Sum] of any basis: of one without the ability, the features of a
// tile of rows are kept.
func Sum(b Basis, dst []float64, grad *mat.Dense, w []float64, x *mat.Dense) {
	if s, ok := b.(Summer); ok {
		s.Sum(dst, grad, w, x)
		return
	}
	f := b.Len()
	if f == 0 {
		return
	}
	n, _ := x.Dims()
	phi := mat.NewDense(min(n, tileRows), f, nil)
	for i := 0; i < n; i += tileRows {
		j := min(i+tileRows, n)
		part := rows(phi, 0, j-i)
		b.Eval(part, rows(x, i, j))
		for r := range j - i {
			s := 0.0
			for k, v := range part.RawRowView(r) {
				s += w[k] * v
			}
			dst[i+r] += s
		}
	}
	if grad != nil {
		b.InputGrad(grad, mat.NewDense(1, f, w), x)
	}
}

// Sum implements [Summer]: phases, sines and sums go by piece by piece, in the
// nearest cache.
func (b *Fourier) Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense) {
	m, d := b.omega.Dims()
	checkSum("Fourier", dst, grad, w, x, b.Len(), d)
	scale := b.scale()
	if grad == nil && b.form == SinCos {
		for i := range dst {
			sum := 0.0
			for lo := 0; lo < m; lo += mostPart {
				hi := min(lo+mostPart, m)
				sum += b.waves().from(lo).Sum(w[lo:hi], w[m+lo:m+hi], x.RawRowView(i))
			}
			dst[i] += scale * sum
		}
		return
	}
	var h [mostPart]float64
	var store [mostDims]float64
	var s *shift
	if b.form == CosPhase {
		s = &shift{by: b.phase}
	}
	g := store[:]
	if d > len(g) {
		g = make([]float64, d)
	}
	for i := range dst {
		sum := b.sumSlopes(g[:d], h[:], w, x.RawRowView(i), s)
		dst[i] += scale * sum
		if grad != nil {
			for k, v := range g[:d] {
				grad.RawRowView(i)[k] += scale * v
			}
		}
	}
}

// sumSlopes returns the sum at x and sets g to its gradient, both without the scale; h
// is scratch, and so is s in the CosPhase form.
func (b *Fourier) sumSlopes(g, h, w, x []float64, s *shift) (sum float64) {
	f := b.waves()
	clear(g)
	for lo := 0; lo < f.m; lo += mostPart {
		hi := min(lo+mostPart, f.m)
		waves, h := f.from(lo), h[:hi-lo]
		if b.form == SinCos {
			sum += waves.Slopes(h, w[lo:hi], w[f.m+lo:f.m+hi], x)
		} else {
			sin, cos := s.sinCos(f, x, lo, hi)
			sum += asm.Dot(w[lo:hi], cos)
			for j, v := range w[lo:hi] {
				h[j] = -v * sin[j]
			}
		}
		asm.Products(g, h, waves.Omega, f.m)
	}
	return sum
}

// Sum implements [Summer].
func (s Scaled) Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense) {
	if s.Len() == 0 {
		return
	}
	scaled := make([]float64, len(w))
	for j, v := range w {
		scaled[j] = s.Factor * v
	}
	Sum(s.Basis, dst, grad, scaled, x)
}

// Sum implements [Summer], part by part.
func (s Stack) Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense) {
	at := 0
	for _, b := range s {
		f := b.Len()
		if f > 0 {
			Sum(b, dst, grad, w[at:at+f], x)
		}
		at += f
	}
}
