package store

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
	"matheron/pathwise"
)

// Functions are what a file of paths holds: [*pathwise.Paths], of a posterior or
// of a guide, or a [*pathwise.Mixture] of them.
type Functions interface {
	Len() int
	Inputs() int
	Features() int
	Path(s int) pathwise.Path
	Moments(s int, x *mat.Dense) (mean []float64, cov *mat.SymDense, err error)
	Eval(x *mat.Dense) *mat.Dense
	EvalTo(dst, x *mat.Dense)
	CheckGrad() error
	Grad(x *mat.Dense) ([]*mat.Dense, error)
}

var (
	_ Functions = (*pathwise.Paths)(nil)
	_ Functions = (*pathwise.Mixture)(nil)
)

// PathSet is drawn functions with the names of their columns.
type PathSet struct {
	// Inputs are the names of the columns that the paths take, in order.
	Inputs []string
	Target string
	// Scaling is the standardisation of the data; nil if the paths are in the
	// data's own units. The paths take and give standardised numbers.
	Scaling *data.Scaling
	Paths   Functions
}

// parts returns the paths of each posterior.
func (p *PathSet) parts() []*pathwise.Paths {
	switch t := p.Paths.(type) {
	case *pathwise.Paths:
		return []*pathwise.Paths{t}
	case *pathwise.Mixture:
		return t.Parts()
	}
	panic(fmt.Sprintf("store: paths of type %T", p.Paths))
}

// states returns what the paths are made of.
func (p *PathSet) states() []pathwise.State {
	var out []pathwise.State
	for _, q := range p.parts() {
		out = append(out, q.State())
	}
	return out
}

// SavePaths writes p to a file, all of it or nothing; "-" is the standard
// output. It factorises the posterior of paths that were loaded and not
// conditioned since, O(N^3), and returns the error of that.
//
// An [*UnsupportedError] says what the format has no form for: a mean that is a
// Go function, a kernel or features of a type of your own. It panics for a
// component of paths, as [pathwise.Paths.State] does (store the whole), and for
// Functions of another type.
func SavePaths(path string, p *PathSet) error {
	f, err := layoutPaths(p, p.states())
	if err != nil {
		return &UnsupportedError{path, err}
	}
	return f.save(path)
}

// LoadPaths reads paths from a file: the same functions to the last bit, that
// can be conditioned further. The posterior is factorised when it is first asked
// for; where the paths had been conditioned by append, that is another order of
// the same sums, and [pathwise.Paths.Moments] agrees to rounding. Paths of one
// posterior, or of one guide, are a [*pathwise.Paths], and more a
// [*pathwise.Mixture]. The error is a [*FormatError].
func LoadPaths(path string) (*PathSet, error) {
	src, err := open(path)
	if err != nil {
		return nil, inFile(path, err)
	}
	defer src.close()
	p, err := readPaths(src)
	return p, inFile(path, err)
}
