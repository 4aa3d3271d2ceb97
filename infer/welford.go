package infer

import "gonum.org/v1/gonum/mat"

// welford gathers mean and variance of a stream of points, a point at a time
// (Welford, Technometrics 4, 1962); with cross products, their covariance.
type welford struct {
	n     float64
	mean  []float64
	diag  []float64 // sums of squares
	cross []float64 // lower triangle of the sums of products, dim x dim; nil for none
	delta []float64
}

func newWelford(dim int, dense bool) *welford {
	w := &welford{mean: make([]float64, dim), diag: make([]float64, dim), delta: make([]float64, dim)}
	if dense {
		w.cross = make([]float64, dim*dim)
	}
	return w
}

func (w *welford) reset() {
	w.n = 0
	clear(w.mean)
	clear(w.diag)
	clear(w.cross)
}

// add takes x in. Cost D, or D²/2 with cross products.
func (w *welford) add(x []float64) {
	w.n++
	for i, v := range x {
		d := v - w.mean[i]
		w.delta[i] = d
		w.mean[i] += d / w.n
		w.diag[i] += d * (v - w.mean[i])
	}
	if w.cross == nil {
		return
	}
	dim := len(x)
	for i, v := range x {
		a := v - w.mean[i]
		row := w.cross[i*dim : i*dim+i+1]
		for j := range row {
			row[j] += a * w.delta[j]
		}
	}
}

// The regularisation of Stan's warm-up: an estimate from n points counts n/(n+5),
// and a variance of 1e-3 the rest, which keeps few points from giving a variance
// near zero.
const (
	priorPoints   = 5
	priorVariance = 1e-3
)

// variances returns the regularised variances; at least two points must be in.
func (w *welford) variances() []float64 {
	out := make([]float64, len(w.diag))
	keep, add := w.shrink()
	for i, s := range w.diag {
		out[i] = keep*s/(w.n-1) + add
	}
	return out
}

// covariance returns the regularised covariance.
func (w *welford) covariance() *mat.SymDense {
	dim := len(w.diag)
	out := mat.NewSymDense(dim, nil)
	keep, add := w.shrink()
	for i := range dim {
		for j := range i {
			out.SetSym(i, j, keep*w.cross[i*dim+j]/(w.n-1))
		}
		out.SetSym(i, i, keep*w.cross[i*dim+i]/(w.n-1)+add)
	}
	return out
}

func (w *welford) shrink() (keep, add float64) {
	return w.n / (w.n + priorPoints), priorVariance * priorPoints / (w.n + priorPoints)
}
