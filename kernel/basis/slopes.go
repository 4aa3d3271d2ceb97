package basis

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// Sloper is the ability of a basis of giving the derivatives of all features, so
// that those of many functions over them are one product of matrices.
type Sloper interface {
	// Slopes sets dst[i][j] = dphi_j(x_i)/dx_id for one input d; dst is len(x) x F.
	// It reports false, whatever dst then holds, where a part of the basis has no
	// such ability.
	Slopes(dst, x *mat.Dense, d int) bool
}

var (
	_ Sloper = (*Fourier)(nil)
	_ Sloper = (*Harmonics)(nil)
	_ Sloper = (*Monomials)(nil)
	_ Sloper = Scaled{}
	_ Sloper = Active{}
	_ Sloper = Stack(nil)
)

// slopes is Slopes of a basis that may not have it.
func slopes(b Basis, dst, x *mat.Dense, d int) bool {
	s, ok := b.(Sloper)
	return ok && s.Slopes(dst, x, d)
}

// Slopes implements [Sloper]: omega_jd cos and -omega_jd sin in the SinCos form.
func (b *Fourier) Slopes(dst, x *mat.Dense, d int) bool {
	m, inputs := b.omega.Dims()
	checkEval("Fourier", dst, x, b.Len(), inputs)
	n, _ := x.Dims()
	w, scale := b.waves(), b.scale()
	omega := b.packed[d*m : d*m+m]
	var s *shift
	var less []float64 // -omega
	if b.form == CosPhase {
		s = &shift{by: b.phase}
	} else {
		less = make([]float64, m)
		asm.Scale(less, -1, omega)
	}
	for i := range n {
		row, xi := dst.RawRowView(i), x.RawRowView(i)
		if b.form == SinCos {
			cos, sin := row[:m], row[m:]
			w.from(0).Eval(sin, cos, xi, scale)
			asm.Multiply(cos, cos, omega)
			asm.Multiply(sin, sin, less)
			continue
		}
		for lo := 0; lo < m; lo += mostPart {
			sin, _ := s.sinCos(w, xi, lo, min(lo+mostPart, m))
			for j, v := range sin {
				row[lo+j] = -scale * v * omega[lo+j]
			}
		}
	}
	return true
}

// Slopes implements [Sloper].
func (b *Harmonics) Slopes(dst, x *mat.Dense, d int) bool {
	m, inputs := b.omega.Dims()
	checkEval("Harmonics", dst, x, b.Len(), inputs)
	n, _ := x.Dims()
	omega := b.packed[d*m : d*m+m]
	w, s, c := b.waves(), make([]float64, m), make([]float64, m)
	for i := range n {
		row := dst.RawRowView(i)
		w.from(0).Eval(s, c, x.RawRowView(i), 1)
		for k, j := range b.moving {
			row[k] = b.root[j] * omega[j] * c[j]
		}
		for j, v := range b.root {
			row[len(b.moving)+j] = -v * omega[j] * s[j]
		}
	}
	return true
}

// Slopes implements [Sloper].
func (b *Monomials) Slopes(dst, x *mat.Dense, d int) bool {
	checkEval("Monomials", dst, x, b.Len(), b.d)
	n, _ := x.Dims()
	q := b.degree + 1
	t := make([]float64, b.d*q)
	for i := range n {
		b.powers(t, x.RawRowView(i))
		row := dst.RawRowView(i)
		for j, f := range b.factors {
			v, found := b.coef[j], false
			for _, p := range f {
				if p.input != d {
					v *= t[p.input*q+p.exponent]
					continue
				}
				v *= float64(p.exponent) * t[p.input*q+p.exponent-1]
				found = true
			}
			row[j] = 0
			if found {
				row[j] = v
			}
		}
	}
	return true
}

// Slopes implements [Sloper].
func (s Scaled) Slopes(dst, x *mat.Dense, d int) bool {
	if s.Len() == 0 {
		return true
	}
	if !slopes(s.Basis, dst, x, d) {
		return false
	}
	n, _ := dst.Dims()
	for i := range n {
		row := dst.RawRowView(i)
		for j := range row {
			row[j] *= s.Factor
		}
	}
	return true
}

// Slopes implements [Sloper]: 0 to an input that is not active.
func (a Active) Slopes(dst, x *mat.Dense, d int) bool {
	if a.Len() == 0 {
		return true
	}
	checkEval("Active", dst, x, a.Len(), -1)
	if _, ok := a.Basis.(Sloper); !ok {
		return false
	}
	able := true
	a.tiles(x, func(i, j int, xa, _ *mat.Dense) {
		out := rows(dst, i, j)
		out.Zero()
		var part *mat.Dense
		for k, c := range a.Columns {
			if c != d {
				continue
			}
			// A column may be active more than once.
			if part == nil {
				part = mat.NewDense(j-i, a.Len(), nil)
			}
			able = able && slopes(a.Basis, part, xa, k)
			out.Add(out, part)
		}
	})
	return able
}

// Slopes implements [Sloper].
func (s Stack) Slopes(dst, x *mat.Dense, d int) bool {
	if s.Len() == 0 {
		return true
	}
	checkEval("Stack", dst, x, s.Len(), -1)
	o := s.Offsets()
	for p, b := range s {
		if o[p+1] > o[p] && !slopes(b, columns(dst, o[p], o[p+1]), x, d) {
			return false
		}
	}
	return true
}
