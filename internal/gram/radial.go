package gram

import (
	"fmt"

	"matheron/internal/asm"
)

// Radial is a kernel k = variance g(r²) of the scaled squared distance
//
//	r² = sum_d ((x_d - y_d)/l_d)².
//
// These kernels differ in their profile g alone: one that package asm has in vector
// code, or a Go function. Parameters: the variance, the lengthscales, and the shape of
// g if it has one.
type Radial struct {
	Stationary
	Name        string
	Profile     asm.Profile // where G is nil
	G           *Profile
	Lengthscale int // the number of lengthscales for ARD; 0 for one that all inputs share
	Shape       bool
	// Rough reports that there is no input gradient at a shape; nil for never.
	Rough func(shape float64) bool
}

// Profile is g, given by rows: a row of squared distances in, a row of numbers out.
type Profile struct {
	// Value sets dst[j] to g(r2[j]). dst is r2.
	Value func(dst, r2 []float64, shape float64)
	// Slope sets value[j] to g, slope[j] to dg/d(r²), and change[j], where there is a
	// shape, to dg/dshape, at r2[j]. A slope that is infinite at r² = 0, where it only
	// ever multiplies a difference that is 0, is 0.
	Slope func(value, slope, change, r2 []float64, shape float64)
}

// lengths returns the number of lengthscales.
func (m Radial) lengths() int { return max(m.Lengthscale, 1) }

// Len implements [Model].
func (m Radial) Len() int {
	n := 1 + m.lengths()
	if m.Shape {
		n++
	}
	return n
}

// Bind implements [Model].
func (m Radial) Bind(y *Points) Engine {
	mustFit(m.Name, "lengthscale", m.Lengthscale > 0, m.Lengthscale, y.Dims)
	row := asm.Radial{Profile: m.Profile, Scale: make([]float64, y.Dims), Y: y.Values, Stride: y.N}
	return &radial{m, y, row}
}

type radial struct {
	model Radial
	*Points
	kernel asm.Radial // against all points; its Alpha is the shape
}

func (e *radial) Set(theta []float64) {
	e.kernel.Variance = theta[0]
	for d := range e.kernel.Scale {
		e.kernel.Scale[d] = 1 / theta[1+min(d, e.model.lengths()-1)]
	}
	if e.model.Shape {
		e.kernel.Alpha = theta[1+e.model.lengths()]
	}
}

// from returns the row for the points from lo on.
func (e *radial) from(lo int) asm.Radial {
	row := e.kernel
	row.Y = row.Y[lo:]
	return row
}

func (e *radial) Cov(dst Block, x Matrix, _ *Scratch) {
	g := e.model.G
	for lo, part := 0, e.part(); lo < dst.Width(dst.Hi-1); lo += part {
		row := e.from(lo)
		for i := dst.first(lo); i < dst.Hi; i++ {
			d := dst.Row(i)
			d = d[lo:min(len(d), lo+part)]
			if g == nil {
				row.Cov(d, x.Row(i))
				continue
			}
			row.Distances(d, x.Row(i))
			g.Value(d, d, row.Alpha)
			asm.Scale(d, row.Variance, d)
		}
	}
}

// slope sets h to w dk/d(r²) and adds to sums those of w k, of h r² and of w dk/dshape.
func (e *radial) slope(row *asm.Radial, h, w, x []float64, sums *[3]float64, s *Scratch) {
	g := e.model.G
	if g == nil {
		row.Slope(h, w, x, sums)
		return
	}
	n, mark := len(h), s.Mark()
	buf := s.Floats(4 * n)
	value, slope, change, r2 := buf[:n], buf[n:2*n], buf[2*n:3*n], buf[3*n:]
	row.Distances(r2, x)
	g.Slope(value, slope, change, r2, row.Alpha)
	for j, v := range w {
		v *= row.Variance
		h[j] = v * slope[j]
		sums[0] += v * value[j]
		sums[1] += h[j] * r2[j]
		if e.model.Shape {
			sums[2] += v * change[j]
		}
	}
	s.Release(mark)
}

// ReadsValues is true for an RBF, whose slope is -k/2.
func (e *radial) ReadsValues(Block) bool { return e.model.G == nil && e.model.Profile == asm.RBF }

// ParamGrad: dk/dl_d is dk/d(r²) times -2 (x_d-y_d)²/l_d³.
func (e *radial) ParamGrad(dst []float64, w, k Block, x Matrix, s *Scratch) {
	var store [mostDims]float64
	var buf [mostPart]float64
	// Of w k, of w dk/d(r²) r² and of w dk/dshape.
	var sums [3]float64
	// Of w dk/d(r²) (x_d-y_d)², where there is a lengthscale for each input; of
	// w k (x_d-y_d)² where an RBF was given its values.
	squares := floats(store[:], e.Dims)
	given, shared := e.ReadsValues(w) && k.Given(), e.model.lengths() == 1
	for lo, part := 0, e.part(); lo < w.Width(w.Hi-1); lo += part {
		row := e.from(lo)
		for i := w.first(lo); i < w.Hi; i++ {
			hi, xi := min(w.Width(i), lo+part), x.Row(i)
			wi, h := w.Row(i)[lo:hi], buf[:hi-lo]
			if given {
				sums[0] += asm.SquaresOf(squares, wi, k.Row(i)[lo:hi], xi, row.Y, row.Stride)
				continue
			}
			e.slope(&row, h, wi, xi, &sums, s)
			if !shared {
				asm.Squares(squares, h, xi, row.Y, row.Stride)
			}
		}
	}
	scale := e.kernel.Scale
	dst[0] += sums[0] / e.kernel.Variance
	if given {
		for d, inv := range scale {
			squares[d] *= -0.5
			sums[1] += squares[d] * inv * inv
		}
	}
	lengths := dst[1:]
	if shared {
		lengths[0] -= 2 * sums[1] * scale[0]
	} else {
		for d, inv := range scale {
			lengths[d] -= 2 * squares[d] * inv * inv * inv
		}
	}
	if e.model.Shape {
		lengths[e.model.lengths()] += sums[2]
	}
}

func (e *radial) rough() bool { return e.model.Rough != nil && e.model.Rough(e.kernel.Alpha) }

// mustBeSmooth panics for a kernel without input gradients.
func (e *radial) mustBeSmooth() {
	if e.rough() {
		panic(fmt.Sprintf("kernel: %s has no input gradient", e.model.Name))
	}
}

// InputGrad: dk/dx_d is dk/d(r²) times 2 (x_d-y_d)/l_d².
func (e *radial) InputGrad(values []float64, dst Matrix, w, _ Block, x Matrix, s *Scratch) {
	e.mustBeSmooth()
	var store [mostDims]float64
	var buf [mostPart]float64
	sums := floats(store[:], e.Dims)
	for lo, part := 0, e.part(); lo < w.Width(w.Hi-1); lo += part {
		row := e.from(lo)
		for i := w.first(lo); i < w.Hi; i++ {
			hi, xi, out := min(w.Width(i), lo+part), x.Row(i), dst.Row(i)
			h := buf[:hi-lo]
			var of [3]float64
			e.slope(&row, h, w.Row(i)[lo:hi], xi, &of, s)
			if values != nil {
				values[i] += of[0]
			}
			clear(sums)
			asm.Differences(sums, h, xi, row.Y, row.Stride)
			for d, inv := range row.Scale {
				out[d] += 2 * sums[d] * inv * inv
			}
		}
	}
}

// Slopes has 2 dk/d(r²) (x_d - y_d)/l_d².
func (e *radial) Slopes(dst, x Matrix, s *Scratch) bool {
	if e.rough() {
		return false
	}
	var buf, ones [mostPart]float64
	fill(ones[:], 1)
	n := x.Hi - x.Lo
	for lo, part := 0, e.part(); lo < e.N; lo += part {
		hi := min(e.N, lo+part)
		row, h := e.from(lo), buf[:hi-lo]
		for i := x.Lo; i < x.Hi; i++ {
			xi := x.Row(i)
			var unused [3]float64
			e.slope(&row, h, ones[:hi-lo], xi, &unused, s)
			for d, inv := range row.Scale {
				c, xd, y := 2*inv*inv, xi[d], e.Column(d)[lo:hi]
				asm.ScaleDifferences(dst.Row(d*n + i - x.Lo)[lo:hi], c, h, xd, y)
			}
		}
	}
	return true
}

// mostDims is the number of inputs up to which sums are kept on the stack.
const mostDims = 16

// floats returns n zeros, in store if there is enough of it.
func floats(store []float64, n int) []float64 {
	if n > len(store) {
		return make([]float64, n)
	}
	return store[:n]
}
