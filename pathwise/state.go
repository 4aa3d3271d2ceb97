package pathwise

import (
	"fmt"
	"sync"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/rng"
)

// State is all that paths are made of, as plain data for a file. Its fields
// are read only.
//
// With a Guide, X are the inducing inputs, and there are neither targets nor
// noise: the paths evaluate, differentiate and have their law, and cannot be
// conditioned further, before a file or after it ([ErrNoPosterior]).
type State struct {
	Prior   gp.Prior // Jitter is all that was used
	X       *mat.Dense
	Y       []float64
	Noise   gp.NoiseVariance
	PerPath bool
	Key     rng.Key
	Paths   int
	Bases   []basis.Stack // one, or one for each path
	Weights *mat.Dense    // F x S, nil where F is 0
	Update  *mat.Dense    // N x S
	Guide   *Moments      // nil for paths of an exact posterior
}

// State returns what p is made of; it factorises nothing. It panics for a
// component of the kernel.
func (p *Paths) State() State {
	if p.part.is {
		panic("pathwise: State of a component")
	}
	s := State{
		Prior: p.data.prior, X: p.x, Y: p.y, Noise: p.noise,
		PerPath: p.perPath, Key: p.key, Paths: p.n,
		Bases: p.bases, Weights: p.weights, Update: p.update,
	}
	if p.guide != nil {
		q := p.guide.moments()
		s.Guide = &q
	}
	return s
}

// Restore returns the paths of a state: the same functions to the last bit. It
// factorises nothing. It returns an error if the parts do not fit each other.
func Restore(s State) (*Paths, error) {
	sets := 1
	if s.PerPath {
		sets = s.Paths
	}
	rows, _ := s.X.Dims()
	switch {
	case s.Paths < 1:
		return nil, fmt.Errorf("%d paths", s.Paths)
	case len(s.Bases) != sets:
		return nil, fmt.Errorf("%d bases where there should be %d", len(s.Bases), sets)
	case s.Guide == nil && len(s.Y) != rows:
		return nil, fmt.Errorf("%d targets for %d rows", len(s.Y), rows)
	}
	components, f := len(kernel.Components(s.Prior.Kernel)), s.Bases[0].Len()
	for i, b := range s.Bases {
		if b.Len() != f || len(b) != components {
			return nil, fmt.Errorf("basis %d has %d features of %d components where there should be %d of %d", i, b.Len(), len(b), f, components)
		}
	}
	if err := wantDims("weights", s.Weights, f, s.Paths); err != nil {
		return nil, err
	}
	if err := wantDims("update", s.Update, rows, s.Paths); err != nil {
		return nil, err
	}
	if s.Prior.Mean == nil {
		s.Prior.Mean = gp.Zero{}
	}
	p := &Paths{
		data:      data{s.Prior, s.X, s.Y, s.Noise},
		posterior: sync.OnceValues(func() (*gp.Exact, error) { return s.Prior.Condition(s.X, s.Y, s.Noise) }),
		kernel:    s.Prior.Kernel,
		mean:      s.Prior.Mean,
		perPath:   s.PerPath,
		key:       s.Key,
		n:         s.Paths,
		bases:     s.Bases,
		weights:   s.Weights,
		update:    s.Update,
	}
	p.fix()
	if s.Guide != nil {
		if err := s.Guide.check(rows); err != nil {
			return nil, err
		}
		p.data = data{prior: s.Prior, x: s.X}
		p.posterior = noPosterior
		p.guide = storedGuide(*s.Guide, s.Prior, s.X)
	}
	return p, nil
}

func wantDims(what string, m *mat.Dense, r, c int) error {
	if r == 0 && m == nil {
		return nil
	}
	if m == nil {
		return fmt.Errorf("no %s", what)
	}
	if mr, mc := m.Dims(); mr != r || mc != c {
		return fmt.Errorf("%s are %d x %d where they should be %d x %d", what, mr, mc, r, c)
	}
	return nil
}
