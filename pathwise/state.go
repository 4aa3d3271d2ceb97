package pathwise

import (
	"errors"
	"fmt"
	"sync"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/linalg"
	"matheron/rng"
)

// State is all that functions of one posterior are made of, as plain data for a file.
// Its fields are read only.
//
// With a Guide, the distribution of u of an inducing posterior, X are the inducing
// inputs, and there are neither targets nor noise.
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
	// Coefficients are the weights of the correction of a kernel of finite rank, those
	// of the features of Prior.Solver, a row each; nil for other solvers.
	Coefficients *mat.Dense
	Guide        *Gaussian // nil for paths of an exact posterior
}

// States returns what p is made of, a state a part; it factorises nothing. It panics
// for a component of the kernel.
func (p *Paths) States() []State {
	out := make([]State, len(p.parts))
	for i, q := range p.parts {
		if q.component.is {
			panic("pathwise: States of a component")
		}
		out[i] = State{
			Prior: q.data.prior, X: q.x, Y: q.y, Noise: q.noise,
			PerPath: q.perPath, Key: q.key, Paths: q.n,
			Bases: q.bases, Weights: q.weights, Update: q.v,
		}
		if q.features != nil {
			out[i].Coefficients = q.update
		}
		if q.uMoments != nil {
			u := q.uMoments()
			out[i].Guide = &u
		}
	}
	return out
}

// Restore returns the paths of states: the same functions to the last bit. It
// factorises nothing. It returns an error if the parts of a state do not fit each other,
// or the inputs of states differ in number. It panics without a state.
func Restore(states ...State) (*Paths, error) {
	if len(states) == 0 {
		panic("pathwise: Restore without a State")
	}
	parts := make([]*part, len(states))
	for i, s := range states {
		var err error
		if parts[i], err = restore(s); err == nil && parts[i].inputs() != parts[0].inputs() {
			err = fmt.Errorf("%d inputs where others have %d", parts[i].inputs(), parts[0].inputs())
		}
		if err != nil {
			if len(states) > 1 {
				err = fmt.Errorf("part %d: %w", i, err)
			}
			return nil, err
		}
	}
	return join(parts), nil
}

func restore(s State) (*part, error) {
	sets := 1
	if s.PerPath {
		sets = s.Paths
	}
	if s.X == nil {
		return nil, errors.New("no inputs")
	}
	rows, d := s.X.Dims()
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
	p := &part{
		data:    data{s.Prior, s.X, s.Y, s.Noise},
		kernel:  s.Prior.Kernel,
		mean:    s.Prior.Mean,
		perPath: s.PerPath,
		key:     s.Key,
		n:       s.Paths,
		bases:   s.Bases,
		weights: s.Weights,
	}
	if s.Guide != nil {
		if err := s.Guide.check(rows); err != nil {
			return nil, err
		}
		p.data = data{prior: s.Prior, x: s.X}
		p.uMoments = func() Gaussian { return *s.Guide }
		p.given = sync.OnceValues(func() (given, error) { return givenMoments(*s.Guide, s.Prior, s.X) })
	} else {
		p.given = sync.OnceValues(func() (given, error) {
			post, err := s.Prior.Condition(s.X, s.Y, s.Noise)
			if err != nil {
				return nil, err
			}
			return exact{post}, nil
		})
		if finite, ok := s.Prior.Solver.(gp.Featured); ok {
			var err error
			if p.features, err = finite.Features(s.Prior.Kernel, d); err != nil {
				return nil, err
			}
			if err := wantDims("coefficients", s.Coefficients, p.features.Len(), s.Paths); err != nil {
				return nil, err
			}
		}
	}
	p.prepare()
	p.setCorrection(s.Update, s.Coefficients)
	return p, nil
}

// givenMoments returns the process with these moments of u at the inducing inputs z.
// The jitter is all that was in the factor of the draw, and no more is tried: with
// more, the moments would not be those of the drawn functions.
func givenMoments(u Gaussian, prior gp.Prior, z *mat.Dense) (given, error) {
	m, _ := z.Dims()
	k := mat.NewDense(m, m, nil)
	prior.Kernel.Cov(k, z, z)
	c, err := linalg.Factorize(k, linalg.Policy{Jitter: prior.Jitter})
	if err != nil {
		return nil, err
	}
	return &inducing{prior, z, gp.CholeskySolver(c), u, nil}, nil
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
