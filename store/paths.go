package store

import (
	"fmt"
	"io"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/pathwise"
)

// PathSet is drawn functions with the names of their columns. Its methods take and give
// the units of the table, whether the model was standardised or not.
type PathSet struct {
	// InputNames are the names of the columns that the paths take, in order.
	InputNames []string
	Target     string
	// Scaling is the standardisation, from the table's units to those of the paths;
	// nil if they are the same.
	Scaling *data.Scaling
	// InModelUnits take and give numbers in the model's units: standardised ones, with a
	// Scaling.
	InModelUnits *pathwise.Paths
}

// Inputs returns the number of inputs D.
func (p *PathSet) Inputs() int { return len(p.InputNames) }

// Path returns function i, in the units of the table. It panics if i is out of range.
func (p *PathSet) Path(i int) Path { return Path{p.InModelUnits.Path(i), p.Scaling} }

// Len returns the number of functions S.
func (p *PathSet) Len() int { return p.InModelUnits.Len() }

// Eval returns the values of all functions at the rows of x, S x N, in the units of the
// table. It panics if x has other than D columns.
func (p *PathSet) Eval(x *mat.Dense) *mat.Dense {
	f := p.InModelUnits.Eval(p.scaled(x))
	if p.Scaling != nil {
		p.Scaling.InverseDraws(f, f)
	}
	return f
}

// Grad returns the gradient of each function at the rows of x, N x D, in the units of
// the table. It returns the error of CheckGrad of the paths, and panics as Eval does.
func (p *PathSet) Grad(x *mat.Dense) ([]*mat.Dense, error) {
	grads, err := p.InModelUnits.Grad(p.scaled(x))
	if err == nil && p.Scaling != nil {
		for _, g := range grads {
			p.Scaling.InverseGrad(g, g)
		}
	}
	return grads, err
}

// scaled returns x in the units of the paths.
func (p *PathSet) scaled(x *mat.Dense) *mat.Dense {
	if _, d := x.Dims(); d != p.Inputs() {
		panic(fmt.Sprintf("store: points of %d columns, want those of the inputs %q", d, p.InputNames))
	}
	if p.Scaling == nil {
		return x
	}
	return p.Scaling.ApplyInputs(nil, x)
}

// SavePaths writes p to a file, all of it or nothing; "-" is the standard output. What
// is written is what the paths are made of: nothing is factorised.
//
// An [*UnsupportedError] says what the format has no form for: a mean that is a Go
// function, a kernel, features or a solver of a type of your own. It panics for a
// component of paths, as [pathwise.Paths.States] does: store the whole.
func SavePaths(path string, p *PathSet) error {
	f, err := layoutPaths(p, p.InModelUnits.States())
	if err != nil {
		return &UnsupportedError{path, err}
	}
	return f.save(path)
}

// WritePaths is [SavePaths] to a writer, to which some may have been written when there
// is an error.
func WritePaths(w io.Writer, p *PathSet) error {
	f, err := layoutPaths(p, p.InModelUnits.States())
	if err != nil {
		return &UnsupportedError{Err: err}
	}
	return f.write(w)
}

// LoadPaths reads paths from a file: the same functions to the last bit, that can be
// conditioned further. The posterior is factorised when it is first asked for; where the
// paths had been conditioned by append, that is another order of the same sums, and
// [pathwise.Paths.Moments] agrees to rounding. The error is a [*FormatError].
func LoadPaths(path string) (*PathSet, error) { return load(path, readPaths) }

// ReadPaths is [LoadPaths] from the first size bytes of r, which are the whole file.
func ReadPaths(r io.ReaderAt, size int64) (*PathSet, error) { return read(r, size, readPaths) }
