package optimize

import "gonum.org/v1/gonum/floats"

// memory holds the last pairs s = x' - x, y = g' - g of a run, oldest first, and
// theta = yᵀy / sᵀy of the newest: the approximate Hessian starts from theta I.
type memory struct {
	s, y   [][]float64
	k      int // pairs stored
	pushed int // pairs ever pushed, and resets: names the present state
	theta  float64

	// Inner products by pair, row-major with stride cap(s): ss[i,j] = s_iᵀs_j
	// for j <= i, sy[i,j] = s_iᵀy_j for j <= i.
	ss, sy []float64
}

func newMemory(m, n int) *memory {
	buf := make([]float64, 2*m*n+2*m*m)
	take := func(n int) []float64 {
		v := buf[:n:n]
		buf = buf[n:]
		return v
	}
	mem := &memory{s: make([][]float64, m), y: make([][]float64, m), theta: 1}
	for i := range m {
		mem.s[i], mem.y[i] = take(n), take(n)
	}
	mem.ss, mem.sy = take(m*m), take(m*m)
	return mem
}

func (m *memory) reset() {
	m.k, m.theta = 0, 1
	m.pushed++
}

// push learns from the move x - xOld with gradients g and gOld. A pair whose
// curvature is not positive beyond rounding is left out, so that the
// approximation stays positive definite.
func (m *memory) push(x, xOld, g, gOld []float64) {
	size := len(m.s)
	// A pair is built in the slot of the oldest one, if full; nothing is lost if
	// it is left out, since it is tested before it is written.
	var sy, yy, steep float64
	for i, v := range x {
		s, y := v-xOld[i], g[i]-gOld[i]
		sy += s * y
		yy += y * y
		steep -= s * gOld[i]
	}
	if sy <= epsilon*steep || !(sy > 0) || !feasible(yy) || !(yy/sy > 0) || !feasible(yy/sy) {
		return
	}
	if m.k == size {
		rotate(m.s)
		rotate(m.y)
		dropFirst(m.ss, size)
		dropFirst(m.sy, size)
		m.k--
	}
	k := m.k
	s, y := m.s[k], m.y[k]
	floats.SubTo(s, x, xOld)
	floats.SubTo(y, g, gOld)
	m.k++
	m.pushed++
	m.theta = yy / sy
	for j := range m.k {
		m.ss[k*size+j] = floats.Dot(s, m.s[j])
		m.sy[k*size+j] = floats.Dot(s, m.y[j])
	}
	m.sy[k*size+k] = sy
}

// rotate moves the first element to the end.
func rotate(v [][]float64) {
	first := v[0]
	copy(v, v[1:])
	v[len(v)-1] = first
}

// dropFirst moves an m x m matrix up and left by one.
func dropFirst(a []float64, m int) {
	for i := 1; i < m; i++ {
		copy(a[(i-1)*m:i*m-1], a[i*m+1:(i+1)*m])
	}
}
