package kernel

import "slices"

// SameStructure reports whether two kernels differ in the values of their
// parameters only. Of types of other packages it says no.
func SameStructure(a, b Kernel) bool {
	switch s := a.(type) {
	case RBF:
		t, ok := b.(RBF)
		return ok && s.Lengthscale.fits(t.Lengthscale)
	case Matern12:
		t, ok := b.(Matern12)
		return ok && s.Lengthscale.fits(t.Lengthscale)
	case Matern32:
		t, ok := b.(Matern32)
		return ok && s.Lengthscale.fits(t.Lengthscale)
	case Matern52:
		t, ok := b.(Matern52)
		return ok && s.Lengthscale.fits(t.Lengthscale)
	case RationalQuadratic:
		t, ok := b.(RationalQuadratic)
		return ok && s.Lengthscale.fits(t.Lengthscale)
	case Periodic:
		t, ok := b.(Periodic)
		return ok && s.Lengthscale.fits(t.Lengthscale) && s.Period.fits(t.Period)
	case Cosine:
		t, ok := b.(Cosine)
		return ok && s.Period.fits(t.Period)
	case Linear:
		t, ok := b.(Linear)
		return ok && len(s.Variance) == len(t.Variance)
	case Polynomial:
		t, ok := b.(Polynomial)
		return ok && s.Degree == t.Degree
	case Constant:
		_, ok := b.(Constant)
		return ok
	case White:
		_, ok := b.(White)
		return ok
	case Sum:
		t, ok := b.(Sum)
		return ok && slices.EqualFunc(s, t, SameStructure)
	case Product:
		t, ok := b.(Product)
		return ok && slices.EqualFunc(s, t, SameStructure)
	case Scaled:
		t, ok := b.(Scaled)
		return ok && s.Factor == t.Factor && SameStructure(s.Kernel, t.Kernel)
	case Active:
		t, ok := b.(Active)
		return ok && slices.Equal(s.Columns, t.Columns) && SameStructure(s.Kernel, t.Kernel)
	case Held:
		t, ok := b.(Held)
		return ok && slices.Equal(s.free, t.free) && slices.Equal(s.rest, t.rest) && SameStructure(s.kernel, t.kernel)
	}
	return false
}

// fits reports whether p and q are of one layout.
func (p PerInput) fits(q PerInput) bool {
	return p.IsARD() == q.IsARD() && p.Len() == q.Len()
}
