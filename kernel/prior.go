package kernel

import (
	"fmt"
	"math"

	"matheron/kernel/basis"
	"matheron/rng"
)

// Stationary is the ability of a shift-invariant kernel whose spectral measure
// can be sampled: k(x, y) = variance E[cos(omega.(x-y))]. A kernel that has it
// can be a factor of a product that has paths.
type Stationary interface {
	Kernel
	// Spectrum returns the normalised spectral measure for inputs of d columns
	// and the variance.
	Spectrum(d int) (basis.Spectrum, float64)
}

// finite is the ability of having exact features, if they are no more than most.
type finite interface {
	exactBasis(d, most int) basis.Basis
}

// Basis draws the features of k for inputs of d columns:
//
//   - a stationary kernel has random Fourier features;
//   - linear, polynomial and constant kernels have exact ones, and so have the
//     periodic and the cosine kernel while they are no more than o.Count;
//   - a sum has those of its terms, one after the other;
//   - a product of stationary kernels has Fourier features whose frequencies
//     are sums of the factors' frequencies; a factor of finite rank joins by the
//     Kronecker product, exactly; a sum inside a product is multiplied out.
//
// It returns an error that names a leaf that has no basis.
func Basis(k Kernel, d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	if err := checkTypes(k); err != nil {
		return nil, err
	}
	b, ok := k.(Based)
	if !ok {
		return nil, fmt.Errorf("%s has no prior basis: it has no paths", typeName(k))
	}
	return b.Basis(d, o, key)
}

// fourier returns random Fourier features of the product of stationary kernels
// times a factor.
func fourier(ks []Stationary, factor float64, d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	spectra := make([]basis.Spectrum, len(ks))
	for i, k := range ks {
		s, v := k.Spectrum(d)
		spectra[i] = s
		factor *= v
	}
	if math.IsInf(factor, 0) || math.IsNaN(factor) {
		return nil, fmt.Errorf("the variance of a product is %v", factor)
	}
	return basis.DrawFourier(spectra, d, factor, o, key)
}

// onColumns is a stationary kernel of some columns as one of all columns.
type onColumns struct {
	Stationary
	columns []int
}

func (k onColumns) Spectrum(int) (basis.Spectrum, float64) {
	s, v := k.Stationary.Spectrum(len(k.columns))
	return columnSpectrum{s, k.columns}, v
}

type columnSpectrum struct {
	inner   basis.Spectrum
	columns []int
}

func (s columnSpectrum) Dims(int) (normals, uniforms int) { return s.inner.Dims(len(s.columns)) }

func (s columnSpectrum) Frequency(omega, z, u []float64) {
	part := make([]float64, len(s.columns))
	s.inner.Frequency(part, z, u)
	for i, c := range s.columns {
		omega[c] += part[i]
	}
}

// atom is a leaf in a multiplied-out kernel; columns is nil where it sees all.
type atom struct {
	kernel  Kernel
	columns []int
}

// term is a factor times a product of atoms.
type term struct {
	factor float64
	atoms  []atom
}

// expand multiplies k out to a sum of terms.
func expand(k Kernel, columns []int) ([]term, error) {
	switch f := Open(k); f.Op {
	case SumOf:
		var out []term
		for _, c := range f.Parts {
			ts, err := expand(c, columns)
			if err != nil {
				return nil, err
			}
			out = append(out, ts...)
		}
		return out, nil
	case ProductOf:
		out := []term{{factor: 1}}
		for _, c := range f.Parts {
			if isWhite(c) {
				return nil, fmt.Errorf("White noise cannot be a factor")
			}
			ts, err := expand(c, columns)
			if err != nil {
				return nil, err
			}
			var next []term
			for _, a := range out {
				for _, b := range ts {
					atoms := append(append([]atom(nil), a.atoms...), b.atoms...)
					next = append(next, term{a.factor * b.factor, atoms})
				}
			}
			out = next
		}
		return out, nil
	case ScaleOf:
		ts, err := expand(f.Inner, columns)
		for i := range ts {
			ts[i].factor *= f.Factor
		}
		return ts, err
	case ColumnsOf:
		return expand(f.Inner, within(columns, f.Columns))
	case FixedOf:
		return expand(f.Inner, columns)
	}
	if f := FamilyOf(k); f != nil && f.white {
		return nil, nil
	} else if f != nil && f.flat {
		return []term{{appendValues(nil, k)[0], nil}}, nil
	}
	return []term{{1, []atom{{k, columns}}}}, nil
}

// expandedBasis stacks the features of the terms of k multiplied out.
func expandedBasis(k Kernel, d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	terms, err := expand(k, nil)
	if err != nil {
		return nil, err
	}
	var stack basis.Stack
	for i, t := range terms {
		b, err := t.basis(d, o, key.Split(i))
		if err != nil {
			return nil, err
		}
		stack = append(stack, b)
	}
	if len(stack) == 1 {
		return stack[0], nil
	}
	return stack, nil
}

// basis returns the features of a product of atoms.
func (t term) basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	var out basis.Basis
	var spectral []Stationary
	var random []int // atoms with random features and no spectrum
	discrete := true
	for i, a := range t.atoms {
		if c, ok := a.kernel.(interface{ checkBasis() error }); ok {
			// Parameters with which a discrete spectrum cannot be listed.
			if err := c.checkBasis(); err != nil {
				return nil, err
			}
		}
		s, ok := a.kernel.(Stationary)
		if f := FamilyOf(a.kernel); !ok && f != nil && f.Features == Random {
			random = append(random, i)
			continue
		}
		if !ok {
			b, err := a.basis(d, o, key.Split(i))
			if err != nil {
				return nil, err
			}
			out = kronecker(out, b)
			continue
		}
		if _, ok := a.kernel.(finite); !ok {
			discrete = false
		}
		if a.columns != nil {
			s = onColumns{s, a.columns}
		}
		spectral = append(spectral, s)
	}
	switch {
	case len(random) > 0:
		b, err := t.pairs(random, spectral, d, o, key)
		if err != nil {
			return nil, err
		}
		return scaledBasis(kronecker(b, out), t.factor), nil
	case len(spectral) == 0 && out == nil:
		return basis.NewMonomials([][]int{make([]int, d)}, []float64{math.Sqrt(t.factor)}), nil
	case len(spectral) == 0:
		return scaledBasis(out, t.factor), nil
	case discrete:
		if b := t.exact(d, o.Features()); b != nil {
			return scaledBasis(kronecker(b, out), t.factor), nil
		}
	}
	b, err := fourier(spectral, t.factor, d, o, key)
	if err != nil {
		return nil, err
	}
	return kronecker(b, out), nil
}

// pairs returns o.Count draws of the product of stationary kernels and of atoms with
// other random features.
func (t term) pairs(random []int, spectral []Stationary, d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	var out basis.Basis
	if len(spectral) > 0 {
		b, err := fourier(spectral, 1, d, o, key)
		if err != nil {
			return nil, err
		}
		out = b
		if o.Form == basis.SinCos {
			o.Count = b.Len() / 2 // a sine and a cosine of each frequency
		}
	}
	for _, i := range random {
		b, err := t.atoms[i].basis(d, o, key.Split(i))
		if err != nil {
			return nil, err
		}
		if out != nil {
			b = basis.NewPaired(out, b)
		}
		out = b
	}
	return out, nil
}

// basis returns the features of one atom on its columns.
func (a atom) basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	inner := d
	if a.columns != nil {
		inner = len(a.columns)
	}
	b, err := Basis(a.kernel, inner, o, key)
	if err != nil {
		return nil, err
	}
	return active(b, a.columns, d), nil
}

// exact returns the product of the exact features of the discrete atoms, or
// nil if they are more than most.
func (t term) exact(d, most int) basis.Basis {
	var out basis.Basis
	for _, a := range t.atoms {
		f, ok := a.kernel.(finite)
		if !ok {
			continue
		}
		inner := d
		if a.columns != nil {
			inner = len(a.columns)
		}
		b := f.exactBasis(inner, most)
		if b == nil {
			return nil
		}
		out = kronecker(out, active(b, a.columns, d))
		if out.Len() > most {
			return nil
		}
	}
	return out
}

// kronecker returns the Kronecker product of two sets of features, where nil
// stands for the single feature 1.
func kronecker(a, b basis.Basis) basis.Basis {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return basis.Kronecker{A: a, B: b}
}

// scaledBasis returns the features of a kernel times a factor.
func scaledBasis(b basis.Basis, factor float64) basis.Basis {
	if factor == 1 {
		return b
	}
	return basis.Scaled{Basis: b, Factor: math.Sqrt(factor)}
}

// active returns the features on some of d columns; nil columns means all.
func active(b basis.Basis, columns []int, d int) basis.Basis {
	if columns == nil || len(columns) == 1 && d == 1 {
		return b
	}
	return basis.Active{Basis: b, Columns: columns}
}
