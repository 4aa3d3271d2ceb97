package gram

import "gonum.org/v1/gonum/mat"

// Product is the elementwise product of models.
type Product struct {
	Factors []Model
}

// Len implements [Model].
func (m Product) Len() int { return lens(m.Factors) }

// Bind implements [Model].
func (m Product) Bind(y *Points) Engine { return &product{NoSlopes{}, bindAll(m.Factors, y)} }

// Diag implements [Model].
func (m Product) Diag(dst, theta []float64, x *mat.Dense) {
	fill(dst, 1)
	factor := make([]float64, len(dst))
	for _, f := range m.Factors {
		f.Diag(factor, theta[:f.Len()], x)
		theta = theta[f.Len():]
		for i, v := range factor {
			dst[i] *= v
		}
	}
}

// DiagGrad implements [Model]: each factor has the weights times the diagonals of all
// others.
func (m Product) DiagGrad(dst, theta, w []float64, x *mat.Dense) {
	diags := make([][]float64, len(m.Factors))
	at := 0
	for i, f := range m.Factors {
		diags[i] = make([]float64, len(w))
		f.Diag(diags[i], theta[at:at+f.Len()], x)
		at += f.Len()
	}
	weights := make([]float64, len(w))
	at = 0
	for i, f := range m.Factors {
		copy(weights, w)
		for j, diag := range diags {
			if j == i {
				continue
			}
			for r, v := range diag {
				weights[r] *= v
			}
		}
		to := at + f.Len()
		if at < to {
			f.DiagGrad(dst[at:to], theta[at:to], weights, x)
		}
		at = to
	}
}

type product struct {
	NoSlopes
	parts []part
}

func (e *product) Set(theta []float64)    { setAll(e.parts, theta) }
func (e *product) ReadsValues(Block) bool { return false }

func (e *product) Cov(dst Block, x Matrix, s *Scratch) {
	if len(e.parts) == 1 {
		e.parts[0].Cov(dst, x, s)
		return
	}
	inBlocks(dst, s, func(lo, hi int) {
		d, factor := dst.Rows(lo, hi), s.Block(dst, lo, hi)
		e.parts[0].Cov(d, x, s)
		for _, p := range e.parts[1:] {
			p.Cov(factor, x, s)
			d.mul(d, factor)
		}
	})
}

// eachFactor calls f for each factor with its values and with the weights times the
// values of all others, some rows at a time. The products are formed from both ends,
// so that no value is divided by. f may do without the factors that skip names.
func (e *product) eachFactor(w Block, x Matrix, s *Scratch, skip func(i int) bool, f func(i int, w, k Block)) {
	last := len(e.parts) - 1
	inBlocks(w, s, func(lo, hi int) {
		size := (hi - lo) * w.Width(hi-1)
		// Values of the factors; products of those behind each; and of those before.
		store := s.Floats((2*len(e.parts) + 2) * size)
		at := func(i int) Block {
			b := w
			b.Lo, b.Hi, b.stride, b.data = lo, hi, w.Width(hi-1), store[i*size:(i+1)*size]
			return b
		}
		after := func(i int) Block { return at(len(e.parts) + i) }
		before, weights := at(2*len(e.parts)), at(2*len(e.parts)+1)
		for i, p := range e.parts {
			p.Cov(at(i), x, s)
		}
		for i := last - 1; i >= 0; i-- {
			if i == last-1 {
				after(i).copyFrom(at(last))
			} else {
				after(i).mul(at(i+1), after(i+1))
			}
		}
		before.copyFrom(w.Rows(lo, hi))
		for i := range e.parts {
			if !skip(i) {
				wi := before
				if i < last {
					wi = weights
					wi.mul(before, after(i))
				}
				f(i, wi, at(i))
			}
			if i < last {
				before.mul(before, at(i))
			}
		}
	})
}

func (e *product) ParamGrad(dst []float64, w, _ Block, x Matrix, s *Scratch) {
	fixed := func(i int) bool { return e.parts[i].from == e.parts[i].to }
	e.eachFactor(w, x, s, fixed, func(i int, wi, k Block) {
		p := e.parts[i]
		p.ParamGrad(dst[p.from:p.to], wi, k, x, s)
	})
}

func (e *product) InputGrad(values []float64, dst Matrix, w, _ Block, x Matrix, s *Scratch) {
	none := func(int) bool { return false }
	var all Block // the product of the factors up to i
	e.eachFactor(w, x, s, none, func(i int, wi, k Block) {
		switch {
		case values == nil:
		case i == 0:
			all = s.Block(k, k.Lo, k.Hi)
			all.copyFrom(k)
		default:
			all.mul(all, k)
		}
		if values != nil && i == len(e.parts)-1 {
			AddDots(values, w.Rows(k.Lo, k.Hi), all)
		}
		e.parts[i].InputGrad(nil, dst, wi, k, x, s)
	})
}
