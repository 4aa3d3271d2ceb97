package basis

import "gonum.org/v1/gonum/mat"

// Stack is the concatenation of feature sets: that of a sum of kernels. Part p
// has the features Offsets()[p] to Offsets()[p+1], so the same weights give
// each component's path. All parts see all columns of x. The elements must not
// be replaced after the first use.
type Stack []Basis

var _ Basis = Stack(nil)

// Offsets returns the first feature of each part, and then Len.
func (s Stack) Offsets() []int {
	o := make([]int, len(s)+1)
	for p, b := range s {
		o[p+1] = o[p] + b.Len()
	}
	return o
}

// Len returns the sum of the parts' numbers of features.
func (s Stack) Len() int {
	f := 0
	for _, b := range s {
		f += b.Len()
	}
	return f
}

// Eval sets dst to the parts' features side by side.
func (s Stack) Eval(dst, x *mat.Dense) {
	if s.Len() == 0 {
		return
	}
	checkEval("Stack", dst, x, s.Len(), -1)
	at := 0
	for _, b := range s {
		f := b.Len()
		if f > 0 {
			b.Eval(columns(dst, at, at+f), x)
		}
		at += f
	}
}

// InputGrad adds the gradients of the parts in order.
func (s Stack) InputGrad(dst, w, x *mat.Dense) {
	if s.Len() == 0 {
		return
	}
	checkInputGrad("Stack", dst, w, x, s.Len(), -1)
	o := s.Offsets()
	for p, b := range s {
		if o[p+1] > o[p] {
			b.InputGrad(dst, columns(w, o[p], o[p+1]), x)
		}
	}
}

// columns returns the view of columns j to l of a.
func columns(a *mat.Dense, j, l int) *mat.Dense {
	n, c := a.Dims()
	if j == 0 && l == c {
		return a
	}
	return a.Slice(0, n, j, l).(*mat.Dense)
}

var stackKind = kindOf(Kind{
	Name:  "Stack",
	Parts: -1,
	make:  func(d Description) (Basis, error) { return Stack(d.Parts), nil },
}, func(b Stack) Description { return Description{Parts: b} })
