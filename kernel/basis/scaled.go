package basis

import "gonum.org/v1/gonum/mat"

// Scaled multiplies every feature by Factor, and so the kernel by Factor
// squared: for c k(x, y) the Factor is sqrt(c).
type Scaled struct {
	Basis  Basis
	Factor float64
}

var _ Basis = Scaled{}

// Len returns the number of features, which scaling leaves as it is.
func (s Scaled) Len() int { return s.Basis.Len() }

// Eval sets dst to Factor times the features.
func (s Scaled) Eval(dst, x *mat.Dense) {
	if s.Len() == 0 {
		return
	}
	s.Basis.Eval(dst, x)
	n, _ := dst.Dims()
	for i := range n {
		row := dst.RawRowView(i)
		for j := range row {
			row[j] *= s.Factor
		}
	}
}

// InputGrad adds Factor times the gradient of the features.
func (s Scaled) InputGrad(dst, w, x *mat.Dense) {
	if s.Len() == 0 {
		return
	}
	checkInputGrad("Scaled", dst, w, x, s.Len(), -1)
	n, d := x.Dims()
	t := min(n, tileRows)
	g := mat.NewDense(t, d, nil)
	for i := 0; i < n; i += t {
		j := min(i+t, n)
		gi := rows(g, 0, j-i)
		gi.Zero()
		s.Basis.InputGrad(gi, weightRows(w, i, j), rows(x, i, j))
		for r := range j - i {
			row := dst.RawRowView(i + r)
			for k, v := range gi.RawRowView(r) {
				row[k] += s.Factor * v
			}
		}
	}
}

var scaledKind = kindOf(Kind{
	Name:    "Scaled",
	Scalars: []string{"factor"},
	Parts:   1,
	make:    func(d Description) (Basis, error) { return Scaled{Basis: d.Parts[0], Factor: d.Scalars[0]}, nil },
}, func(b Scaled) Description {
	return Description{Scalars: []float64{b.Factor}, Parts: []Basis{b.Basis}}
})
