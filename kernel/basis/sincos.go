package basis

import "math"

// The loops of this file are where the time of a Fourier feature goes. Each is
// a function over slices of one length, with no state, so that a faster
// implementation can take its place.

// projectRow sets p[j] = sum_d x[d] t[d*m+j] where m = len(p): the phases of
// one point under all frequencies, t being the transposed frequencies. The sum
// runs over d in order for every j.
func projectRow(p, x, t []float64) {
	m := len(p)
	for d, v := range x {
		row := t[d*m : d*m+m]
		if d == 0 {
			for j, o := range row {
				p[j] = v * o
			}
			continue
		}
		for j, o := range row {
			p[j] += v * o
		}
	}
}

// sincosRows sets s[j] = scale sin(p[j]) and c[j] = scale cos(p[j]). p may be s or c.
func sincosRows(s, c, p []float64, scale float64) {
	s, c = s[:len(p)], c[:len(p)]
	for j, v := range p {
		sin, cos := math.Sincos(v)
		s[j], c[j] = scale*sin, scale*cos
	}
}

// cosRows sets c[j] = scale cos(p[j] + b[j]). p may be c.
func cosRows(c, p, b []float64, scale float64) {
	c, b = c[:len(p)], b[:len(p)]
	for j, v := range p {
		c[j] = scale * math.Cos(v+b[j])
	}
}

// sinRows sets s[j] = scale sin(p[j] + b[j]). p may be s.
func sinRows(s, p, b []float64, scale float64) {
	s, b = s[:len(p)], b[:len(p)]
	for j, v := range p {
		s[j] = scale * math.Sin(v+b[j])
	}
}

// crossRows sets h[j] = ws[j] c[j] - wc[j] s[j]: the weight of omega_j in the
// gradient of sum_j ws_j sin(omega_j.x) + wc_j cos(omega_j.x). h may be s or c.
func crossRows(h, ws, wc, s, c []float64) {
	ws, wc, s, c = ws[:len(h)], wc[:len(h)], s[:len(h)], c[:len(h)]
	for j := range h {
		h[j] = ws[j]*c[j] - wc[j]*s[j]
	}
}

// pullRow adds to g[d] the product sum_j h[j] t[d*m+j] where m = len(h): h
// times the frequencies, in four partial sums of fixed order.
func pullRow(g, h, t []float64) {
	m := len(h)
	for d := range g {
		row := t[d*m : d*m+m]
		var a0, a1, a2, a3 float64
		j := 0
		for ; j+4 <= m; j += 4 {
			a0 += h[j] * row[j]
			a1 += h[j+1] * row[j+1]
			a2 += h[j+2] * row[j+2]
			a3 += h[j+3] * row[j+3]
		}
		for ; j < m; j++ {
			a0 += h[j] * row[j]
		}
		g[d] += (a0 + a1) + (a2 + a3)
	}
}
