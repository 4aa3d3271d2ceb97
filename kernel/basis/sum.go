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

// piece is how many frequencies a sum takes at a time, with scratch on the stack.
const piece = 512

// Sum implements [Summer]: phases, sines and sums go by piece by piece, in the
// nearest cache.
func (b *Fourier) Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense) {
	m, d := b.omega.Dims()
	checkSum("Fourier", dst, grad, w, x, b.Len(), d)
	scale := b.scale()
	if grad == nil && b.form == SinCos {
		for i := range dst {
			sum := 0.0
			for lo := 0; lo < m; lo += piece {
				hi := min(lo+piece, m)
				sum += asm.Waves{Omega: b.packed[lo:], Stride: m}.Sum(w[lo:hi], w[m+lo:m+hi], x.RawRowView(i))
			}
			dst[i] += scale * sum
		}
		return
	}
	var h [piece]float64
	var store [16]float64
	g := store[:]
	if d > len(g) {
		g = make([]float64, d)
	}
	for i := range dst {
		sum := b.sumSlopes(g[:d], h[:], w, x.RawRowView(i))
		dst[i] += scale * sum
		if grad != nil {
			for k, v := range g[:d] {
				grad.RawRowView(i)[k] += scale * v
			}
		}
	}
}

// sumSlopes returns the sum at x and sets g to its gradient, both without the scale; h
// is scratch.
func (b *Fourier) sumSlopes(g, h, w, x []float64) (sum float64) {
	m, _ := b.omega.Dims()
	clear(g)
	for lo := 0; lo < m; lo += piece {
		hi := min(lo+piece, m)
		waves, h := asm.Waves{Omega: b.packed[lo:], Stride: m}, h[:hi-lo]
		if b.form == SinCos {
			sum += waves.Slopes(h, w[lo:hi], w[m+lo:m+hi], x)
		} else {
			sum += sumPhases(h, waves, b.phase[lo:hi], w[lo:hi], x)
		}
		asm.Products(g, h, waves.Omega, m)
	}
	return sum
}

// sumPhases returns the sum of w cos(p + b) over a piece and sets h to its
// derivatives to the phases p.
func sumPhases(h []float64, waves asm.Waves, b, w, x []float64) float64 {
	var phases, cosines [piece]float64
	p, c := phases[:len(h)], cosines[:len(h)]
	waves.Phases(p, x)
	for j, v := range b {
		p[j] += v
	}
	asm.SinCos(h, c, p)
	sum := 0.0
	for j, v := range w {
		sum += v * c[j]
		h[j] *= -v
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
