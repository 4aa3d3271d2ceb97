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
// ([NormalFromCovariance]), from its Cholesky factor ([NormalFromCholesky]), or from
// its inverse ([NormalFromPrecision]). Its parameters are the mean and that matrix.
// It is immutable and safe for many goroutines; a log density, gradient or draw costs
// n^2.
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

// NotPositiveDefinite is the error of a covariance or a precision that is not positive
// definite.
type NotPositiveDefinite struct {
	Matrix string // "covariance" or "precision"
	// Pivot is the row, from 0, of the first pivot that is not positive, or is lost in
	// rounding: below N ε times the diagonal element that it is computed from.
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
			if err := checkFinite("multivariatenormal", elementName(form, i, j), v); err != nil {
				return nil, err
			}
			lower[i*n+j] = v
		}
		if form == choleskyForm {
			if err := checkPositive("multivariatenormal", elementName(form, i, i), lower[i*n+i]); err != nil {
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
			// A pivot of n subtractions has an error of n ε times the diagonal element.
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
		// The error reports a large condition number; the result is as good as double
		// precision allows.
		_ = c.InverseTo(inverse)
		return inverse
	})
	return d, nil
}

// elementName returns the name of an element of the matrix.
func elementName(form normalForm, i, j int) string { return fmt.Sprintf("%v[%d,%d]", form, i, j) }

// failingPivot factorises the lower triangle of a up to the first pivot that is not
// positive. If there is none here, because of other rounding, it returns the least
// pivot.
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

// whiten returns z = W (x-m) with W'W = C^-1: L^-1 (x-m) with the factor L of the
// covariance, or L' (x-m) with that of the precision.
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

// whitenTrans overwrites z with W'z, which is C^-1 (x-m) for z = whiten(x).
func (d *MultivariateNormal) whitenTrans(z []float64) {
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
	d.whitenTrans(z)
	for i, v := range z {
		grad[i] = -v
	}
	return logProb
}

// Draw returns a draw, m + W^-1 z with a standard normal z.
func (d *MultivariateNormal) Draw(dst []float64, r *rand.Rand) []float64 {
	dst = orNew(dst, d.Dim())
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

// Parameters returns the mean, and then the lower triangle of the matrix that the
// distribution was made from, row by row: covariance[0,0], covariance[1,0], ...
func (d *MultivariateNormal) Parameters() []Parameter {
	n := d.Dim()
	p := indexed("mean", d.mean, Real())
	for i := range n {
		for j := range i + 1 {
			s := Real()
			if i == j {
				s = Positive()
			}
			p = append(p, Parameter{elementName(d.form, i, j), d.entry(i, j), s})
		}
	}
	return p
}

// entry returns an element of the matrix that the distribution was made from.
func (d *MultivariateNormal) entry(i, j int) float64 {
	n := d.Dim()
	if d.form == choleskyForm {
		return d.factor.Data[i*n+j]
	}
	return blas64.Dot(
		blas64.Vector{N: j + 1, Data: d.factor.Data[i*n:], Inc: 1},
		blas64.Vector{N: j + 1, Data: d.factor.Data[j*n:], Inc: 1},
	)
}

// WithParameters returns the normal distribution of another mean and another
// matrix of the same form.
func (d *MultivariateNormal) WithParameters(values ...float64) (VectorParametric, error) {
	n := d.Dim()
	checkParameters("multivariatenormal", len(values), n+n*(n+1)/2)
	m := mat.NewDense(n, n, nil)
	next := n
	for i := range n {
		for j := range i + 1 {
			m.Set(i, j, values[next])
			next++
		}
	}
	other, err := newNormal(values[:n], m, d.form)
	if err != nil {
		return nil, err
	}
	return other, nil
}

// ParamGrad sets dst to the derivatives of LogProb(x) to the parameters. With
// e = x-m and a = C^-1 e they are
//
//	a                                for the mean,
//	(a a' - C^-1) / 2                for the covariance,
//	L^-T z z' - diag(1/L_ii)         for the Cholesky factor, with z = L^-1 e,
//	(C - e e') / 2                   for the precision,
//
// where the elements below the diagonal of a symmetric matrix count twice, as each is
// two elements. Cost n^2, and 2 n^3/3 once for an inverse.
func (d *MultivariateNormal) ParamGrad(dst, x []float64) []float64 {
	n := d.Dim()
	dst = gradient(dst, n+n*(n+1)/2)
	if !d.Support().Contains(x) {
		return fillOutside(dst, x)
	}
	z := d.whiten(x)
	a := append([]float64(nil), z...)
	d.whitenTrans(a)
	copy(dst, a)
	next := n
	for i := range n {
		for j := range i + 1 {
			var g float64
			switch d.form {
			case covarianceForm:
				g = a[i]*a[j] - d.inverse().At(i, j)
			case precisionForm:
				g = d.inverse().At(i, j) - (x[i]-d.mean[i])*(x[j]-d.mean[j])
			case choleskyForm:
				g = a[i] * z[j]
				if i == j {
					g -= 1 / d.factor.Data[i*n+i]
				}
			}
			if i == j && d.form != choleskyForm {
				g /= 2
			}
			dst[next] = g
			next++
		}
	}
	return dst
}

// Covariance returns the covariance matrix. Cost n^3/3.
func (d *MultivariateNormal) Covariance() *mat.SymDense {
	n := d.Dim()
	c := mat.NewSymDense(n, nil)
	if d.form == precisionForm {
		c.CopySym(d.inverse())
		return c
	}
	l := blas64.General{Rows: n, Cols: n, Stride: n, Data: make([]float64, n*n)}
	for i := range n {
		copy(l.Data[i*n:i*n+i+1], d.factor.Data[i*n:])
	}
	blas64.Syrk(blas.NoTrans, 1, l, 0, c.RawSymmetric())
	return c
}
