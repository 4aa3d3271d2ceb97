package store

import (
	"fmt"
	"io"
	"unicode/utf8"

	"gonum.org/v1/gonum/mat"

	"matheron/infer"
	"matheron/rng"
)

// DrawSet is the draws of a run of a sampler, whatever it drew from: a program,
// or a density of one's own.
type DrawSet struct {
	// Names are the parameters, and Values has a draw a row and a parameter a column,
	// chain after chain, in the parameters' own scales: what one summarises and plots.
	// For a program they are the Names of its ppl.Target and its Constrain of each draw.
	Names  []string
	Values *mat.Dense
	// Draws are the draws as the sampler has them, in coordinates without bounds,
	// with their log densities, energies and so on. A run goes on from them:
	// [infer.Run], From.
	Draws *infer.Draws
	// Key is that of the run, which one that goes on needs again.
	Key rng.Key
}

// SaveDraws writes d to a file, all of it or nothing; "-" is the standard output.
// An [*UnsupportedError] says what the format has no form for: parts that do not
// fit each other, a number that is not finite, or a metric of another type.
func SaveDraws(path string, d *DrawSet) error {
	f, err := layoutDraws(d)
	if err != nil {
		return &UnsupportedError{path, err}
	}
	return f.save(path)
}

// WriteDraws is [SaveDraws] to a writer, to which some may have been written when there
// is an error.
func WriteDraws(w io.Writer, d *DrawSet) error {
	f, err := layoutDraws(d)
	if err != nil {
		return &UnsupportedError{Err: err}
	}
	return f.write(w)
}

// LoadDraws reads draws from a file: the same to the last bit, so that a run that
// goes on from them makes the draws of a longer one. The error is a
// [*FormatError].
func LoadDraws(path string) (*DrawSet, error) { return load(path, readDraws) }

// ReadDraws is [LoadDraws] from the first size bytes of r, which are the whole file.
func ReadDraws(r io.ReaderAt, size int64) (*DrawSet, error) { return read(r, size, readDraws) }

// check returns an error unless the parts fit each other.
func (d *DrawSet) check() error {
	if d.Draws == nil || d.Draws.Dim < 1 || len(d.Draws.Chains) == 0 {
		return fmt.Errorf("no draws")
	}
	seen := map[string]bool{}
	for _, name := range d.Names {
		if seen[name] || !utf8.ValidString(name) {
			return fmt.Errorf("the name %q is there twice or not UTF-8", name)
		}
		seen[name] = true
	}
	var r, c int
	if d.Values != nil {
		r, c = d.Values.Dims()
	}
	if n := d.Draws.Len(); r != n || n > 0 && c != len(d.Names) || len(d.Names) == 0 {
		return fmt.Errorf("%d x %d values of %d names in %d draws", r, c, len(d.Names), n)
	}
	for i := range d.Draws.Chains {
		if err := checkChain(&d.Draws.Chains[i], d.Draws.Dim); err != nil {
			return fmt.Errorf("chain %d: %w", i, err)
		}
	}
	return nil
}

// checkChain returns an error unless the parts of a chain fit each other.
func checkChain(c *infer.Chain, dim int) error {
	n := c.Len()
	switch {
	case c.Dim != dim || len(c.X) != n*dim:
		return fmt.Errorf("%d coordinates of %d draws in %d dimensions", len(c.X), n, dim)
	case len(c.Energy) != n || len(c.Accept) != n || len(c.Depth) != n || len(c.Leapfrogs) != n || len(c.Divergent) != n:
		return fmt.Errorf("other numbers of steps than its %d draws", n)
	case c.Start != nil && len(c.Start) != dim:
		return fmt.Errorf("a start of %d coordinates in %d dimensions", len(c.Start), dim)
	case c.Start == nil && n > 0:
		return fmt.Errorf("draws without a start")
	case c.First < 0:
		return fmt.Errorf("the first draw is %d", c.First)
	case c.WarmupIterations < 0 || c.WarmupLeapfrogs < 0 || c.WarmupDivergences < 0:
		return fmt.Errorf("a warmup of %d iterations, %d leapfrogs, %d divergences", c.WarmupIterations, c.WarmupLeapfrogs, c.WarmupDivergences)
	case !(c.Tuning.StepSize >= 0) || !finite(c.Tuning.StepSize):
		return fmt.Errorf("a step size of %v", c.Tuning.StepSize)
	case c.Tuning.Metric == nil && n > 0:
		return fmt.Errorf("draws without a metric")
	case c.Tuning.Metric != nil && c.Tuning.Metric.Dim() != dim:
		return fmt.Errorf("a metric of %d dimensions in %d", c.Tuning.Metric.Dim(), dim)
	}
	return nil
}
