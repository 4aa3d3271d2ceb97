package gram

import (
	"gonum.org/v1/gonum/mat"

	"matheron/internal/asm"
)

// Sum is the sum of models. Silent terms are 0 everywhere, and left out of all but
// the parameters: white noise.
type Sum struct {
	Terms  []Model
	Silent []bool
}

// Len implements [Model].
func (m Sum) Len() int { return lens(m.Terms) }

// Bind implements [Model].
func (m Sum) Bind(y *Points) Engine {
	e := &sum{all: bindAll(m.Terms, y)}
	for i, p := range e.all {
		if !m.Silent[i] {
			e.parts = append(e.parts, p)
		}
	}
	return e
}

// Diag implements [Model].
func (m Sum) Diag(dst, theta []float64, x *mat.Dense) {
	fill(dst, 0)
	term := make([]float64, len(dst))
	for _, t := range m.Terms {
		t.Diag(term, theta[:t.Len()], x)
		theta = theta[t.Len():]
		for i, v := range term {
			dst[i] += v
		}
	}
}

// DiagGrad implements [Model].
func (m Sum) DiagGrad(dst, theta, w []float64, x *mat.Dense) {
	for _, t := range m.Terms {
		n := t.Len()
		t.DiagGrad(dst[:n], theta[:n], w, x)
		dst, theta = dst[n:], theta[n:]
	}
}

type sum struct {
	all, parts []part // parts are those that are not silent
}

func (e *sum) Set(theta []float64)      { setAll(e.all, theta) }
func (e *sum) ReadsValues(w Block) bool { return len(e.parts) == 1 && e.parts[0].ReadsValues(w) }

func (e *sum) Cov(dst Block, x Matrix, s *Scratch) {
	switch len(e.parts) {
	case 0:
		dst.Fill(0)
		return
	case 1:
		e.parts[0].Cov(dst, x, s)
		return
	}
	inBlocks(dst, s, func(lo, hi int) {
		d, term := dst.Rows(lo, hi), s.Block(dst, lo, hi)
		e.parts[0].Cov(d, x, s)
		for _, p := range e.parts[1:] {
			p.Cov(term, x, s)
			d.add(term)
		}
	})
}

// ParamGrad gives each term the weights. Where k is given the values of the terms
// that can use them are computed, which are the sum's if there is one term.
func (e *sum) ParamGrad(dst []float64, w, k Block, x Matrix, s *Scratch) {
	if !k.Given() {
		for _, p := range e.parts {
			if p.from < p.to {
				p.ParamGrad(dst[p.from:p.to], w, k, x, s)
			}
		}
		return
	}
	inBlocks(w, s, func(lo, hi int) {
		wb, values := w.Rows(lo, hi), k.Rows(lo, hi)
		if len(e.parts) > 1 {
			values = s.Block(w, lo, hi)
		}
		for _, p := range e.parts {
			if p.from == p.to {
				continue
			}
			if len(e.parts) > 1 && p.ReadsValues(w) {
				p.Cov(values, x, s)
			}
			p.ParamGrad(dst[p.from:p.to], wb, values, x, s)
		}
	})
}

func (e *sum) InputGrad(values []float64, dst Matrix, w, _ Block, x Matrix, s *Scratch) {
	for _, p := range e.parts {
		p.InputGrad(values, dst, w, Block{}, x, s)
	}
}

func (e *sum) Slopes(dst, x Matrix, s *Scratch) bool {
	if len(e.parts) == 0 {
		for i := dst.Lo; i < dst.Hi; i++ {
			clear(dst.Row(i))
		}
		return true
	}
	if !e.parts[0].Slopes(dst, x, s) {
		return false
	}
	mark := s.Mark()
	defer s.Release(mark)
	for i, p := range e.parts[1:] {
		if i > 0 {
			s.Release(mark)
		}
		term := Matrix{dst.Lo, dst.Hi, dst.Cols, dst.Cols, s.Floats((dst.Hi - dst.Lo) * dst.Cols)}
		if !p.Slopes(term, x, s) {
			return false
		}
		for r := dst.Lo; r < dst.Hi; r++ {
			asm.AddScaled(dst.Row(r), 1, term.Row(r))
		}
	}
	return true
}
