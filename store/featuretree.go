package store

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
)

// featureNode is a set of features in JSON: a type, and the fields of that
// type. Numbers that may be many are in arrays.
type featureNode struct {
	Type         string         `json:"type"`
	Form         string         `json:"form,omitempty"`
	Variance     *float64       `json:"variance,omitempty"`
	Factor       *float64       `json:"factor,omitempty"`
	Columns      []int          `json:"columns,omitempty"`
	Omega        *arrayRef      `json:"omega,omitempty"`
	Phase        *arrayRef      `json:"phase,omitempty"`
	Weight       *arrayRef      `json:"weight,omitempty"`
	Exponents    *arrayRef      `json:"exponents,omitempty"`
	Coefficients *arrayRef      `json:"coefficients,omitempty"`
	Part         *featureNode   `json:"part,omitempty"`
	Parts        []*featureNode `json:"parts,omitempty"`
}

const (
	formSinCos   = "sincos"
	formCosPhase = "cosphase"
)

// featureTree describes the features b of d inputs and appends their arrays.
func featureTree(b basis.Basis, d, depth int, a *arrays) (*featureNode, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("features nested more than %d deep", maxDepth)
	}
	switch t := b.(type) {
	case *basis.Fourier:
		return fourierTree(t, d, a), nil
	case *basis.Harmonics:
		w := t.Weight()
		return &featureNode{
			Type:   "Harmonics",
			Omega:  a.dense("frequencies", len(w), d, t.Omega),
			Weight: a.column("weights of harmonics", w),
		}, nil
	case *basis.Monomials:
		return monomialTree(t, d, a), nil
	case basis.Scaled:
		part, err := featureTree(t.Basis, d, depth+1, a)
		return &featureNode{Type: "Scaled", Factor: &t.Factor, Part: part}, err
	case basis.Active:
		part, err := featureTree(t.Basis, len(t.Columns), depth+1, a)
		return &featureNode{Type: "Active", Columns: t.Columns, Part: part}, err
	case basis.Kronecker:
		parts, err := featureTrees([]basis.Basis{t.A, t.B}, d, depth, a)
		return &featureNode{Type: "Kronecker", Parts: parts}, err
	case basis.Stack:
		parts, err := featureTrees(t, d, depth, a)
		return &featureNode{Type: "Stack", Parts: parts}, err
	}
	return nil, fmt.Errorf("no form for features of type %T", b)
}

func featureTrees(bs []basis.Basis, d, depth int, a *arrays) ([]*featureNode, error) {
	var out []*featureNode
	for _, b := range bs {
		n, err := featureTree(b, d, depth+1, a)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

func fourierTree(t *basis.Fourier, d int, a *arrays) *featureNode {
	v, m := t.Variance(), t.Len()
	n := &featureNode{Type: "Fourier", Form: formCosPhase, Variance: &v}
	if t.Form() == basis.SinCos {
		n.Form, m = formSinCos, m/2
	}
	n.Omega = a.dense("frequencies", m, d, t.Omega)
	if t.Form() == basis.CosPhase {
		n.Phase = a.column("phases", t.Phase())
	}
	return n
}

func monomialTree(t *basis.Monomials, d int, a *arrays) *featureNode {
	exponents := func(put func([]float64) error) error {
		row := make([]float64, d)
		for _, e := range t.Exponents() {
			for i, v := range e {
				row[i] = float64(v)
			}
			if err := put(row); err != nil {
				return err
			}
		}
		return nil
	}
	return &featureNode{
		Type:         "Monomials",
		Exponents:    a.add("exponents", t.Len(), d, exponents),
		Coefficients: a.column("coefficients", t.Coef()),
	}
}

// fields are the names of the fields that n must have beside type, in order.
func (n *featureNode) fields() []string {
	switch n.Type {
	case "Fourier":
		if n.Form == formCosPhase {
			return []string{"form", "variance", "omega", "phase"}
		}
		return []string{"form", "variance", "omega"}
	case "Harmonics":
		return []string{"omega", "weight"}
	case "Monomials":
		return []string{"exponents", "coefficients"}
	case "Scaled":
		return []string{"factor", "part"}
	case "Active":
		return []string{"columns", "part"}
	case "Kronecker":
		return []string{"parts"}
	case "Stack":
		if len(n.Parts) == 0 {
			return []string{}
		}
		return []string{"parts"}
	}
	return nil
}

// featureReader makes features of their description.
type featureReader struct {
	*arrayReader
	most int64 // features that any set may have: the rows of the weights
}

// basis returns the features of d inputs that n describes.
func (r featureReader) basis(n *featureNode, d, depth int) (basis.Basis, error) {
	if n == nil {
		return nil, fmt.Errorf("features: no set")
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("features nested more than %d deep", maxDepth)
	}
	if want := n.fields(); want != nil && !slices.Equal(givenFields(n), want) {
		return nil, fmt.Errorf("features %s have the fields %q, want %q", n.Type, givenFields(n), want)
	}
	b, err := r.build(n, d, depth)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", n.Type, err)
	}
	// The parts have no more than most, so that their product does not overflow.
	if f := int64(b.Len()); f > r.most {
		return nil, fmt.Errorf("%s: %d features, where there are weights of %d", n.Type, f, r.most)
	}
	return b, nil
}

func (r featureReader) build(n *featureNode, d, depth int) (basis.Basis, error) {
	switch n.Type {
	case "Fourier":
		return r.fourier(n, d)
	case "Harmonics":
		omega, err := r.dense("omega", n.Omega, -1, int64(d))
		if err != nil {
			return nil, err
		}
		m, _ := omega.Dims()
		weight, err := r.column("weight", n.Weight, int64(m))
		if err != nil {
			return nil, err
		}
		for j, v := range weight {
			if v < 0 {
				return nil, fmt.Errorf("weight %d is %v", j, v)
			}
		}
		return basis.NewHarmonics(omega, weight), nil
	case "Monomials":
		return r.monomials(n, d)
	case "Scaled":
		if n.Factor == nil {
			return nil, fmt.Errorf("no factor")
		}
		part, err := r.basis(n.Part, d, depth+1)
		return basis.Scaled{Basis: part, Factor: *n.Factor}, err
	case "Active":
		if err := checkColumns(n.Columns, d); err != nil {
			return nil, err
		}
		part, err := r.basis(n.Part, len(n.Columns), depth+1)
		return basis.Active{Basis: part, Columns: n.Columns}, err
	case "Kronecker":
		if len(n.Parts) != 2 {
			return nil, fmt.Errorf("%d parts, want 2", len(n.Parts))
		}
		parts, err := r.bases(n.Parts, d, depth)
		if err != nil {
			return nil, err
		}
		return r.kronecker(parts[0], parts[1])
	case "Stack":
		parts, err := r.bases(n.Parts, d, depth)
		return basis.Stack(parts), err
	}
	return nil, fmt.Errorf("unknown features %q", n.Type)
}

func (r featureReader) bases(ns []*featureNode, d, depth int) ([]basis.Basis, error) {
	var out []basis.Basis
	for _, n := range ns {
		b, err := r.basis(n, d, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// kronecker checks the size of the product before it is multiplied.
func (r featureReader) kronecker(a, b basis.Basis) (basis.Basis, error) {
	if fa, fb := int64(a.Len()), int64(b.Len()); fa > 0 && fb > r.most/fa {
		return nil, fmt.Errorf("%d x %d features, where there are weights of %d", fa, fb, r.most)
	}
	return basis.Kronecker{A: a, B: b}, nil
}

func (r featureReader) fourier(n *featureNode, d int) (basis.Basis, error) {
	if n.Variance == nil || !(*n.Variance >= 0) || math.IsInf(*n.Variance, 1) {
		return nil, fmt.Errorf("no variance, or a negative one")
	}
	omega, err := r.dense("omega", n.Omega, -1, int64(d))
	if err != nil {
		return nil, err
	}
	switch n.Form {
	case formSinCos:
		return basis.NewFourier(omega, *n.Variance, basis.SinCos, nil), nil
	case formCosPhase:
		m, _ := omega.Dims()
		phase, err := r.column("phase", n.Phase, int64(m))
		if err != nil {
			return nil, err
		}
		return basis.NewFourier(omega, *n.Variance, basis.CosPhase, phase), nil
	}
	return nil, fmt.Errorf("unknown form %q", n.Form)
}

func (r featureReader) monomials(n *featureNode, d int) (basis.Basis, error) {
	e, err := r.dense("exponents", n.Exponents, -1, int64(d))
	if err != nil {
		return nil, err
	}
	m, _ := e.Dims()
	coef, err := r.column("coefficients", n.Coefficients, int64(m))
	if err != nil {
		return nil, err
	}
	exponents, err := exponentsOf(e)
	if err != nil {
		return nil, err
	}
	return basis.NewMonomials(exponents, coef), nil
}

// exponentsOf returns the rows of e as whole numbers, each less than the number
// of monomials (but 1 is always possible): a polynomial has monomials of every
// degree up to its own, and the table of powers stays as small as the exponents.
func exponentsOf(e *mat.Dense) ([][]int, error) {
	m, d := e.Dims()
	out := make([][]int, m)
	for j := range out {
		out[j] = make([]int, d)
		for k, v := range e.RawRowView(j) {
			if v != math.Trunc(v) || v < 0 || v > float64(max(1, m-1)) {
				return nil, fmt.Errorf("exponent %v of one of %d monomials", v, m)
			}
			out[j][k] = int(v)
		}
	}
	return out, nil
}
