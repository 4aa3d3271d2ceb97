package store

import (
	"matheron/data"
	"matheron/pathwise"
)

// PathSet is drawn functions with the names of their columns.
type PathSet struct {
	// Inputs are the names of the columns that the paths take, in order.
	Inputs []string
	Target string
	// Scaling is the standardisation of the data; nil if the paths are in the
	// data's own units. The paths take and give standardised numbers.
	Scaling *data.Scaling
	Paths   *pathwise.Paths
}

// SavePaths writes p to a file, all of it or nothing; "-" is the standard
// output. It factorises nothing.
//
// An [*UnsupportedError] says what the format has no form for: a mean that is a
// Go function, a kernel, features or a solver of a type of your own. It panics for a
// component of paths, as [pathwise.Paths.States] does: store the whole.
func SavePaths(path string, p *PathSet) error {
	f, err := layoutPaths(p, p.Paths.States())
	if err != nil {
		return &UnsupportedError{path, err}
	}
	return f.save(path)
}

// LoadPaths reads paths from a file: the same functions to the last bit, that
// can be conditioned further. The posterior is factorised when it is first asked
// for; where the paths had been conditioned by append, that is another order of
// the same sums, and [pathwise.Paths.Moments] agrees to rounding. The error is a [*FormatError].
func LoadPaths(path string) (*PathSet, error) {
	src, err := open(path)
	if err != nil {
		return nil, inFile(path, err)
	}
	defer src.close()
	p, err := readPaths(src)
	return p, inFile(path, err)
}
