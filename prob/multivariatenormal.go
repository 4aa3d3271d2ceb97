package prob

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

var _ VectorParametric = (*MultivariateNormal)(nil)

// MultivariateNormal is the normal distribution of n numbers,
//
//	p(x) = exp(-(x-m)' C^-1 (x-m) / 2) / sqrt(det(2 pi C)),
//
// of mean m and a positive definite covariance C, made from C itself
// ([NormalFromCovariance]), from its Cholesky factor ([NormalFromCholesky]), or
// from its inverse ([NormalFromPrecision]). Whichever it was made from is its
// parameter, beside the mean. It is immutable and safe for many goroutines; a log
// density, gradient or draw costs n^2.
type MultivariateNormal struct {
	mean   []float64
	form   normalForm
	factor blas64.Triangular // lower: of the covariance, or of the precision
	logDet float64           // of that factor
	// inverse is that of the matrix that was factorised, for the derivatives.
	inverse func() *mat.SymDense
}

type normalForm int

const (
	covarianceForm normalForm = iota
	choleskyForm
	precisionForm
)

func (f normalForm) String() string { return [...]string{"covariance", "cholesky", "precision"}[f] }

// NotPositiveDefinite is the error of a matrix that cannot be a covariance or its
// inverse.
type NotPositiveDefinite struct {
	Matrix string // "covariance" or "precision"
	// Pivot is the row, from 0, of the first pivot that is not positive, or is below
	// N ε times the diagonal element that it is left of: lost in rounding.
	Pivot int
	Value float64 // that pivot
}

func (e *NotPositiveDefinite) Error() string {
	if e.Value > 0 {
		return fmt.Sprintf("multivariatenormal: %s: pivot %d is %.6g, lost in rounding: the matrix is numerically singular", e.Matrix, e.Pivot, e.Value)
	}
	return fmt.Sprintf("multivariatenormal: %s: pivot %d is %.6g: the matrix is not positive definite", e.Matrix, e.Pivot, e.Value)
}

// NormalFromCovariance returns the normal distribution of a mean and the
// covariance matrix, of which it reads the diagonal and what is below. The error
// is a *[NotPositiveDefinite], or a *[ParamError] if a number is not finite. Cost
// n^3/3. It panics unless the matrix has a row and a column for each number of
// the mean.
func NormalFromCovariance(mean []float64, covariance mat.Matrix) (*MultivariateNormal, error) {
	return newNormal(mean, covariance, covarianceForm)
}

// NormalFromCholesky returns the normal distribution of a mean and the lower
// triangular factor L of the covariance C = LL', of which it reads the diagonal,
// which must be positive, and what is below. The error is a *[ParamError]. It
// panics as NormalFromCovariance.
func NormalFromCholesky(mean []float64, l mat.Matrix) (*MultivariateNormal, error) {
	return newNormal(mean, l, choleskyForm)
}

// NormalFromPrecision returns the normal distribution of a mean and the inverse
// of the covariance matrix. It reads, costs, fails and panics as
// NormalFromCovariance.
func NormalFromPrecision(mean []float64, precision mat.Matrix) (*MultivariateNormal, error) {
	return newNormal(mean, precision, precisionForm)
}

func newNormal(mean []float64, m mat.Matrix, form normalForm) (*MultivariateNormal, error) {
	n := len(mean)
	if r, c := m.Dims(); r != n || c != n || n == 0 {
		panic(fmt.Sprintf("prob: a mean of %d numbers and a %v matrix of %d x %d", n, form, r, c))
	}
	for i, v := range mean {
		if err := checkFinite("multivariatenormal", element("mean", i), v); err != nil {
			return nil, err
		}
	}
	lower := make([]float64, n*n)
	for i := range n {
		for j := range i + 1 {
			v := m.At(i, j)
			if err := checkFinite("multivariatenormal", place(form, i, j), v); err != nil {
				return nil, err
			}
			lower[i*n+j] = v
		}
		if form == choleskyForm {
			if err := checkPositive("multivariatenormal", place(form, i, i), lower[i*n+i]); err != nil {
				return nil, err
			}
		}
	}
	d := &MultivariateNormal{mean: append([]float64(nil), mean...), form: form}
	if form == choleskyForm {
		d.factor = blas64.Triangular{Uplo: blas.Lower, Diag: blas.NonUnit, N: n, Stride: n, Data: lower}
	} else {
		matrix := append([]float64(nil), lower...)
		var ok bool
		d.factor, ok = lapack64.Potrf(blas64.Symmetric{Uplo: blas.Lower, N: n, Stride: n, Data: lower})
		if !ok {
			pivot, value := failingPivot(matrix, n)
			return nil, &NotPositiveDefinite{form.String(), pivot, value}
		}
		for i := range n {
			// What is left of an element after n subtractions has an error of n ε times it.
			if v := lower[i*n+i] * lower[i*n+i]; v < float64(n)*0x1p-52*matrix[i*n+i] {
				return nil, &NotPositiveDefinite{form.String(), i, v}
			}
		}
	}
	for i := range n {
		d.logDet += math.Log(d.factor.Data[i*n+i])
	}
	d.inverse = sync.OnceValue(func() *mat.SymDense {
		inverse := mat.NewSymDense(n, nil)
		l := mat.NewTriDense(n, mat.Lower, append([]float64(nil), d.factor.Data...))
		var c mat.Cholesky
		c.SetFromU(l.TTri())
		_ = c.InverseTo(inverse) // the error is that of a large condition number; this is what double precision has
		return inverse
	})
	return d, nil
}

// place names an element of the matrix.
func place(form normalForm, i, j int) string { return fmt.Sprintf("%v[%d,%d]", form, i, j) }

// failingPivot factorises the lower triangle of a up to the pivot that is not
// positive. It returns the least pivot if rounding lets all of them pass here.
func failingPivot(a []float64, n int) (pivot int, value float64) {
	value = math.Inf(1)
	for j := range n {
		s := a[j*n+j]
		for k := range j {
			s -= a[j*n+k] * a[j*n+k]
		}
		if s < value {
			pivot, value = j, s
		}
		if !(s > 0) {
			return j, s
		}
		a[j*n+j] = math.Sqrt(s)
		for i := j + 1; i < n; i++ {
			t := a[i*n+j]
			for k := range j {
				t -= a[i*n+k] * a[j*n+k]
			}
			a[i*n+j] = t / a[j*n+j]
		}
	}
	return pivot, value
}

// Dim returns the number of numbers.
func (d *MultivariateNormal) Dim() int { return len(d.mean) }

// whiten returns z = W (x-m) with W'W = C^-1: L^-1 (x-m) by a factor L of the
// covariance, L' (x-m) by one of the precision.
func (d *MultivariateNormal) whiten(x []float64) []float64 {
	z := make([]float64, len(x))
	for i, m := range d.mean {
		z[i] = x[i] - m
	}
	if d.form == precisionForm {
		blas64.Trmv(blas.Trans, d.factor, blas64.Vector{N: len(z), Data: z, Inc: 1})
	} else {
		blas64.Trsv(blas.NoTrans, d.factor, blas64.Vector{N: len(z), Data: z, Inc: 1})
	}
	return z
}

// pullWhite overwrites z with W'z; of whiten(x) that is C^-1 (x-m).
func (d *MultivariateNormal) pullWhite(z []float64) {
	if d.form == precisionForm {
		blas64.Trmv(blas.NoTrans, d.factor, blas64.Vector{N: len(z), Data: z, Inc: 1})
	} else {
		blas64.Trsv(blas.Trans, d.factor, blas64.Vector{N: len(z), Data: z, Inc: 1})
	}
}

func (d *MultivariateNormal) logProbWhite(z []float64) float64 {
	logDet := d.logDet
	if d.form == precisionForm {
		logDet = -logDet
	}
	v := blas64.Vector{N: len(z), Data: z, Inc: 1}
	return -blas64.Dot(v, v)/2 - logDet - float64(len(z))*halfLogTwoPi
}

// LogProb returns the log density at x.
func (d *MultivariateNormal) LogProb(x []float64) float64 {
	if !d.Support().Contains(x) {
		return outsideVector(x)
	}
	return d.logProbWhite(d.whiten(x))
}

// LogProbGrad sets grad to -C^-1 (x-m) and returns the log density at x.
func (d *MultivariateNormal) LogProbGrad(grad, x []float64) float64 {
	wantDim(grad, d.Dim())
	if !d.Support().Contains(x) {
		fillOutside(grad, x)
		return outsideVector(x)
	}
	z := d.whiten(x)
	logProb := d.logProbWhite(z)
	d.pullWhite(z)
	for i, v := range z {
		grad[i] = -v
	}
	return logProb
}

// Draw returns a draw, m + W^-1 z with a standard normal z.
func (d *MultivariateNormal) Draw(dst []float64, r *rand.Rand) []float64 {
	dst = room(dst, d.Dim())
	for i := range dst {
		dst[i] = r.NormFloat64()
	}
	v := blas64.Vector{N: len(dst), Data: dst, Inc: 1}
	if d.form == precisionForm {
		blas64.Trsv(blas.Trans, d.factor, v)
	} else {
		blas64.Trmv(blas.NoTrans, d.factor, v)
	}
	for i, m := range d.mean {
		dst[i] = Real().inside(dst[i] + m)
	}
	return dst
}

// Support returns R^n.
func (d *MultivariateNormal) Support() VectorSupport { return RealVector(d.Dim()) }

// Moments returns the mean and the diagonal of the covariance.
func (d *MultivariateNormal) Moments() (mean, variance []float64) {
	n := d.Dim()
	mean, variance = append([]float64(nil), d.mean...), make([]float64, n)
	for i := range n {
		if d.form == precisionForm {
			variance[i] = d.inverse().At(i, i)
			continue
		}
		row := blas64.Vector{N: i + 1, Data: d.factor.Data[i*n:], Inc: 1}
		variance[i] = blas64.Dot(row, row)
	}
	return mean, variance
}
