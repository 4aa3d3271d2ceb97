package sparse

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/internal/asm"
	"matheron/internal/gram"
	"matheron/linalg"
)

// tileRows is the number of rows of data that are worked on at a time: it bounds
// the memory to three matrices of M x tileRows. It is fixed, and tiles are summed
// in their order, so that no result depends on the machine.
const tileRows = 1024

// sweep goes over the rows of the data, tile by tile. With V = L^-1 k(Z,X),
// r = y - m(X), s_i all that is on the diagonal, and w_i = scale/s_i, it gathers
// what every bound and its gradient is made of.
type sweep struct {
	in    *Inducing
	noise gp.NoiseVariance
	x     *mat.Dense
	y     []float64
	scale float64 // of the sum over rows: N/B on a minibatch
	buf   *buffers

	lo, hi  int         // the tile that is loaded
	k, v    *mat.Dense  // k(Z,x), L^-1 k(Z,x) with column i times sqrt(w_i)
	r, w, s []float64   // y - m, scale/s, s
	root    []float64   // sqrt(w)
	kdiag   []float64   // k(x,x)
	against *gram.Cross // the kernel against x
}

// buffers are the storage of a sweep, kept between sweeps.
type buffers struct {
	k, v, u []float64
	rows    [7][]float64
	squares [6][]float64 // M x M
}

// The squares, by what they hold.
const (
	gramSquare = iota
	lostSquare
	reduceSquare
	factorSquare
	priorSquare
	momentSquare
)

// square returns the m x m matrix of that name, with what it holds.
func (b *buffers) square(i, m int) *mat.Dense { return matrix(&b.squares[i], m, m) }

// matrix returns m x n of a buffer.
func matrix(buf *[]float64, m, n int) *mat.Dense {
	if cap(*buf) < m*n {
		*buf = make([]float64, m*n)
	}
	return mat.NewDense(m, n, (*buf)[:m*n])
}

// vector returns n elements of buffer i.
func (b *buffers) vector(i, n int) []float64 {
	if cap(b.rows[i]) < n {
		b.rows[i] = make([]float64, n)
	}
	return b.rows[i][:n]
}

// newSweep checks shapes and noise. The error is that of data no bound has.
func newSweep(in *Inducing, noise gp.NoiseVariance, x *mat.Dense, y []float64, scale float64, buf *buffers) (*sweep, error) {
	n := 0
	if x != nil {
		n, _ = x.Dims()
	}
	checkLen("data", "targets", len(y), n)
	if n == 0 {
		return nil, gp.ErrNoRows
	}
	in.checkColumns("data", x)
	if noise.PerRow() {
		checkLen("data", "noise variances", noise.Len(), n)
	}
	sw := &sweep{in: in, noise: noise, x: x, y: y, scale: scale, buf: buf}
	for i := range noise.Len() {
		if v := noise.At(i); !(v >= 0) || math.IsInf(v, 1) {
			return nil, noiseError(noise, i, v)
		}
		if s := sw.diagonal(i); !(s > 0) || math.IsInf(scale/s, 1) {
			return nil, noiseError(noise, i, s)
		}
	}
	return sw, nil
}

func noiseError(noise gp.NoiseVariance, i int, v float64) error {
	if !noise.PerRow() {
		i = -1
	}
	return &NoiseError{i, v}
}

// diagonal returns all that is on the diagonal of row i besides k(x_i, x_i).
func (sw *sweep) diagonal(i int) float64 {
	return sw.noise.At(i) + sw.in.white + sw.in.prior.Jitter
}

// tiles returns the number of tiles.
func (sw *sweep) tiles() int { return (len(sw.y) + tileRows - 1) / tileRows }

// load makes tile t the one that is worked on.
func (sw *sweep) load(t int) error {
	lo, hi := t*tileRows, min((t+1)*tileRows, len(sw.y))
	if sw.k != nil && sw.lo == lo {
		return nil
	}
	m, n := sw.in.Len(), hi-lo
	sw.lo, sw.hi = lo, hi
	x := rows(sw.x, lo, hi)
	for i := range n {
		for d, v := range x.RawRowView(i) {
			if !finite(v) {
				return &gp.NotFinite{What: "input", Row: lo + i, Column: d, Value: v}
			}
		}
	}
	sw.r, sw.w, sw.s, sw.kdiag = sw.buf.vector(0, n), sw.buf.vector(1, n), sw.buf.vector(2, n), sw.buf.vector(3, n)
	sw.root = sw.buf.vector(5, n)
	sw.in.Mean().Eval(sw.r, x)
	sw.in.Kernel().Diag(sw.kdiag, x)
	for i := range n {
		if !finite(sw.y[lo+i]) {
			return &gp.NotFinite{What: "target", Row: lo + i, Column: -1, Value: sw.y[lo+i]}
		}
		if !finite(sw.r[i]) {
			return &gp.NotFinite{What: "mean", Row: lo + i, Column: -1, Value: sw.r[i]}
		}
		if !finite(sw.kdiag[i]) {
			return &gp.NotFinite{What: "covariance", Row: lo + i, Column: lo + i, Value: sw.kdiag[i]}
		}
		sw.r[i] = sw.y[lo+i] - sw.r[i]
		sw.s[i] = sw.diagonal(lo + i)
		sw.w[i] = sw.scale / sw.s[i]
		sw.root[i] = math.Sqrt(sw.w[i])
	}
	sw.k, sw.v = matrix(&sw.buf.k, m, n), matrix(&sw.buf.v, m, n)
	sw.against = sw.in.against(x)
	eachBlock(m, n, func(_, lo, hi int) {
		sw.against.Cov(rows(sw.k, lo, hi), rows(sw.in.z, lo, hi), new(gram.Scratch))
		for i := lo; i < hi; i++ {
			row := sw.v.RawRowView(i)
			for j, v := range sw.k.RawRowView(i) {
				row[j] = v * sw.root[j]
			}
		}
	})
	sw.in.chol.SolveLower(sw.v)
	return nil
}

// residual returns r - V' mu of the tile, in a buffer of its own.
func (sw *sweep) residual(mu []float64) []float64 {
	e := sw.buf.vector(4, len(sw.r))
	linalg.MulTransA(column(e), sw.v, column(mu))
	for i, v := range e {
		e[i] = sw.r[i] - v/sw.root[i]
	}
	return e
}

// sums are what the sweep gathers, with e = r - V' mu. They are valid until the
// next sweep with the same buffers.
type sums struct {
	gram     *mat.Dense // G = sum_i w_i v_i v_i', both triangles
	pull     []float64  // g = sum_i w_i e_i v_i
	square   float64    // sum_i w_i e_i²
	diag     float64    // sum_i w_i k(x_i,x_i)
	logNoise float64    // scale sum_i log 2 pi s_i
}

// gather returns the sums for a whitened mean mu. Cost 2 N M².
func (sw *sweep) gather(mu []float64) (*sums, error) {
	m := sw.in.Len()
	out := &sums{gram: sw.buf.square(gramSquare, m), pull: make([]float64, m)}
	out.gram.Zero()
	for t := range sw.tiles() {
		if err := sw.load(t); err != nil {
			return nil, err
		}
		e := sw.residual(mu)
		scaled := sw.buf.vector(6, len(e))
		for i, v := range e {
			scaled[i] = sw.root[i] * v
		}
		linalg.MulAdd(column(out.pull), 1, sw.v, column(scaled))
		linalg.SymRankK(out.gram, 1, sw.v)
		for i, v := range e {
			out.square += sw.w[i] * v * v
			out.diag += sw.w[i] * sw.kdiag[i]
			out.logNoise += sw.scale * math.Log(2*math.Pi*sw.s[i])
		}
	}
	linalg.Symmetrize(out.gram)
	if !finite(out.square) || !finite(out.gram.At(m-1, m-1)) {
		return nil, sw.firstNotFinite(out.square)
	}
	return out, nil
}

// firstNotFinite returns the place of the first covariance that is not finite.
func (sw *sweep) firstNotFinite(value float64) error {
	for t := range sw.tiles() {
		if err := sw.load(t); err != nil {
			return err
		}
		for j := range sw.in.Len() {
			for i, v := range sw.k.RawRowView(j) {
				if !finite(v) {
					return &gp.NotFinite{What: "covariance", Row: sw.lo + i, Column: j, Value: v}
				}
			}
		}
	}
	return fmt.Errorf("the sum of squared residuals over the noise variance is %v", value)
}

// lostTrace returns tr((I - cov) G).
func (s *sums) lostTrace(lost *mat.Dense) float64 {
	m, _ := lost.Dims()
	var out float64
	for i := range m {
		out += asm.Dot(lost.RawRowView(i), s.gram.RawRowView(i))
	}
	return out
}
