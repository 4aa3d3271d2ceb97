package kernel

import (
	"fmt"

	"matheron/kernel/basis"
	"matheron/rng"
)

// FiniteBasis returns the exact features of a kernel of finite rank, of each of its
// [Components] in order, for inputs of d columns:
//
//	k(x, y) = phi(x) . phi(y)
//
// Linear, polynomial and constant kernels have them, cosine and periodic ones (whose
// harmonics end where all others are below rounding), and sums, products, multiples and
// active columns of these. The error names a kernel of infinite rank, or says that there
// are more than most features.
func FiniteBasis(k Kernel, d, most int) (basis.Stack, error) {
	terms, err := expand(k, nil)
	if err != nil {
		return nil, err
	}
	for _, t := range terms {
		for _, a := range t.atoms {
			if err := a.checkFinite(d, most); err != nil {
				return nil, err
			}
		}
	}
	var out basis.Stack
	for _, c := range Components(k) {
		b, err := Basis(c.Kernel, d, basis.Options{Count: most}, rng.New(0))
		if err != nil {
			return nil, err
		}
		if !isExact(b) {
			return nil, fmt.Errorf("%s has more than %d features", c.Name, most)
		}
		out = append(out, b)
	}
	if f := out.Len(); f > most {
		return nil, fmt.Errorf("the kernel has %d features, more than %d", f, most)
	}
	return out, nil
}

// checkFinite returns an error unless the atom has exact features, no more than most.
func (a atom) checkFinite(d, most int) error {
	if a.columns != nil {
		d = len(a.columns)
	}
	f, listed := a.kernel.(finite)
	if _, random := a.kernel.(Stationary); random && !listed {
		return fmt.Errorf("%s has infinite rank", typeName(a.kernel))
	}
	if c, ok := a.kernel.(interface{ checkBasis() error }); ok {
		if err := c.checkBasis(); err != nil {
			return err
		}
	}
	if listed && f.exactBasis(d, most) == nil {
		return fmt.Errorf("%s has more than %d features in %d inputs", typeName(a.kernel), most, d)
	}
	b, err := Basis(a.kernel, d, basis.Options{Count: 1}, rng.New(0))
	if err != nil {
		return err
	}
	if !listed && !isExact(b) {
		return fmt.Errorf("%s has infinite rank", typeName(a.kernel))
	}
	return nil
}

// isExact reports whether the features are those of this package that are not random.
func isExact(b basis.Basis) bool {
	switch t := b.(type) {
	case *basis.Monomials, *basis.Harmonics:
		return true
	case basis.Scaled:
		return isExact(t.Basis)
	case basis.Active:
		return isExact(t.Basis)
	case basis.Kronecker:
		return isExact(t.A) && isExact(t.B)
	case basis.Stack:
		for _, part := range t {
			if !isExact(part) {
				return false
			}
		}
		return true
	}
	return false
}
