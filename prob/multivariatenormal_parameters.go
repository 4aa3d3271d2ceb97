package prob

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

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
			p = append(p, Parameter{place(d.form, i, j), d.entry(i, j), s})
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
// where what is below the diagonal of a symmetric matrix counts twice, as it
// moves the two elements together. Cost n^2, and 2 n^3/3 once for an inverse.
func (d *MultivariateNormal) ParamGrad(dst, x []float64) []float64 {
	n := d.Dim()
	dst = gradient(dst, n+n*(n+1)/2)
	if !d.Support().Contains(x) {
		return fillOutside(dst, x)
	}
	z := d.whiten(x)
	a := append([]float64(nil), z...)
	d.pullWhite(a)
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
