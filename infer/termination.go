package infer

// span is what the U-turn criterion needs of a piece of a trajectory: momentum
// and velocity at its two ends and the sum of the momenta of all its points.
type span struct {
	pBeg, vBeg, pEnd, vEnd, rho []float64
}

func newSpan(dim int) span {
	b := make([]float64, 5*dim)
	return span{b[:dim:dim], b[dim : 2*dim : 2*dim], b[2*dim : 3*dim : 3*dim], b[3*dim : 4*dim : 4*dim], b[4*dim:]}
}

// single makes s the span of one point.
func (s *span) single(p, v []float64) {
	copy(s.pBeg, p)
	copy(s.vBeg, v)
	copy(s.pEnd, p)
	copy(s.vEnd, v)
	copy(s.rho, p)
}

// first begins a pair of points.
func (s *span) first(p, v []float64) {
	copy(s.pBeg, p)
	copy(s.vBeg, v)
}

// second ends a pair of points and reports whether the trajectory goes on. For
// two points the checks between halves are the check of the whole.
func (s *span) second(p, v []float64) bool {
	n := len(s.rho)
	pBeg, vBeg, rho, p, v := s.pBeg[:n], s.vBeg[:n], s.rho, p[:n], v[:n]
	var beg, end float64
	for i := range rho {
		r := pBeg[i] + p[i]
		beg += vBeg[i] * r
		end += v[i] * r
		rho[i] = r
	}
	copy(s.pEnd, p)
	copy(s.vEnd, v)
	return beg > 0 && end > 0
}

// flip turns s round: its beginning becomes its end.
func (s *span) flip() {
	s.pBeg, s.pEnd = s.pEnd, s.pBeg
	s.vBeg, s.vEnd = s.vEnd, s.vBeg
}

// merge joins t to the end of s and reports whether the trajectory goes on: it
// does not if the whole turns, or s with the first point of t, or t with the last
// point of s,
//
//	v_beg . rho > 0  and  v_end . rho > 0,  rho the sum of the momenta,
//
// for each of the three. The last two see a turn of the halves against each
// other that the whole hides (a trajectory that closes on itself). The storage
// of t is used up.
func (s *span) merge(t *span) bool {
	n := len(s.rho)
	sRho, tRho := s.rho[:n], t.rho[:n]
	sVBeg, sVEnd, sPEnd := s.vBeg[:n], s.vEnd[:n], s.pEnd[:n]
	tVBeg, tVEnd, tPBeg := t.vBeg[:n], t.vEnd[:n], t.pBeg[:n]
	var wholeBeg, wholeEnd, leftBeg, leftEnd, rightBeg, rightEnd float64
	for i := range sRho {
		left := sRho[i] + tPBeg[i]
		right := tRho[i] + sPEnd[i]
		rho := sRho[i] + tRho[i]
		wholeBeg += sVBeg[i] * rho
		wholeEnd += tVEnd[i] * rho
		leftBeg += sVBeg[i] * left
		leftEnd += tVBeg[i] * left
		rightBeg += sVEnd[i] * right
		rightEnd += tVEnd[i] * right
		sRho[i] = rho
	}
	s.pEnd, t.pEnd = t.pEnd, s.pEnd
	s.vEnd, t.vEnd = t.vEnd, s.vEnd
	return wholeBeg > 0 && wholeEnd > 0 && leftBeg > 0 && leftEnd > 0 && rightBeg > 0 && rightEnd > 0
}
