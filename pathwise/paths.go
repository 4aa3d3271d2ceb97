package pathwise

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/rng"
)

// Paths are functions drawn from a posterior. They are immutable and safe for
// many goroutines. Inputs are N x D, outputs S x N: a path in each row.
type Paths struct {
	data
	// posterior is what the paths are draws of, factorised when it is needed
	// first: evaluation does not need it.
	posterior func() (*gp.Exact, error)
	guide     *guide // of paths of a guide; nil otherwise
	kernel    kernel.Kernel
	mean      gp.Mean
	perPath   bool
	key       rng.Key
	n         int
	// bases has the features of each component: one stack for all paths, or one
	// for each. All stacks have the same length.
	bases   []basis.Stack
	weights *mat.Dense // F x S, nil where there are no features
	update  *mat.Dense // N x S
	// part is what of the whole these paths are; all has the whole's features.
	part part
	all  []basis.Stack
	// low is the weights in single precision, if single32 says that values are.
	single32 bool
	low      low
	// against has the kernel against blocks of depth rows, made when it is needed
	// first, which costs a copy of the rows.
	against func() []rowBlock
	// tile overrides the number of points in a tile, for tests.
	tile int
}

// data are the rows that paths are conditioned on, and the prior that they were.
type data struct {
	prior gp.Prior // with all the jitter that was used
	x     *mat.Dense
	y     []float64
	noise gp.NoiseVariance
}

// dataOf returns those of a posterior.
func dataOf(post *gp.Exact) data {
	prior := post.Prior()
	prior.Jitter = post.Jitter()
	return data{prior, post.X(), post.Y(), post.Noise()}
}

// part is one component of the kernel, of which these paths are the terms; the
// zero value is the whole.
type part struct {
	is    bool
	index int
}

// Len returns the number of paths S.
func (p *Paths) Len() int { return p.n }

// Inputs returns the number of inputs D.
func (p *Paths) Inputs() int {
	_, d := p.x.Dims()
	return d
}

// rows returns the number of rows N that the paths are conditioned on.
func (p *Paths) rows() int {
	n, _ := p.x.Dims()
	return n
}

// Features returns the number of features F of a path.
func (p *Paths) Features() int { return p.bases[0].Len() }

// PerPath reports whether each path has a basis of its own.
func (p *Paths) PerPath() bool { return p.perPath }

// Kernel returns the kernel, with the hyperparameters that the paths were drawn
// with.
func (p *Paths) Kernel() kernel.Kernel { return p.kernel }

// Posterior returns the posterior that the paths are draws of. Paths from a file
// factorise it when it is asked for first, O(N^3), which may fail where the file
// comes from another machine. For paths of a guide it is [ErrNoPosterior].
func (p *Paths) Posterior() (*gp.Exact, error) { return p.posterior() }

// ErrNoPosterior is the error of asking paths of a guide for the exact posterior.
var ErrNoPosterior = errors.New("paths of a guide have no exact posterior")

func noPosterior() (*gp.Exact, error) { return nil, ErrNoPosterior }

// conditioned returns what the law of the paths is made of.
func (p *Paths) conditioned() (conditioned, error) {
	if p.guide != nil {
		return p.guided()
	}
	post, err := p.posterior()
	if err != nil {
		return nil, err
	}
	return exact{post}, nil
}

// basis returns the features of path s.
func (p *Paths) basis(s int) basis.Stack {
	if p.perPath {
		return p.bases[s]
	}
	return p.bases[0]
}

// whole returns the features of path s of all components.
func (p *Paths) whole(s int) basis.Stack {
	all := p.bases
	if p.part.is {
		all = p.all
	}
	if p.perPath {
		return all[s]
	}
	return all[0]
}

// Components returns the names of the terms of the kernel, which
// [Paths.Component] counts.
func (p *Paths) Components() []string {
	var out []string
	for _, c := range kernel.Components(p.kernel) {
		out = append(out, c.Name)
	}
	return out
}

// Component returns the paths' terms of component i of the kernel, a term of a
// sum: f_i(x) = phi_i(x).w_i + k_i(x, X) v with the same v for all components
// (Duvenaud 2014, section 2.4.5, for a draw and not just for its mean). The
// mean function is in none of them: it and the components sum to the whole.
// Component paths cannot be conditioned further; condition the whole. It panics
// if i is out of range or p is itself a component.
func (p *Paths) Component(i int) *Paths {
	all := kernel.Components(p.kernel)
	if p.part.is {
		panic("pathwise: a component of a component")
	}
	if i < 0 || i >= len(all) {
		panic(fmt.Sprintf("pathwise: component %d of %d", i, len(all)))
	}
	q := *p
	q.kernel, q.mean, q.part, q.all = all[i].Kernel, gp.Zero{}, part{true, i}, p.bases
	q.fix()
	q.bases = make([]basis.Stack, len(p.bases))
	for s, b := range p.bases {
		q.bases[s] = basis.Stack{b[i]}
	}
	o := p.bases[0].Offsets()
	q.weights = nil
	if o[i+1] > o[i] {
		q.weights = p.weights.Slice(o[i], o[i+1], 0, p.n).(*mat.Dense)
	}
	q.narrow()
	return &q
}

// Condition returns the same functions after they have learned new rows: the
// prior paths and the noise of the rows known before stay, and the factor is
// extended by append. With the noise given for the new rows, the result is
// that of a draw on all rows with the same key. Cost O(N^2 (n + S)) for n new
// rows. It returns the errors of [gp.Exact.Append], and
// [ErrNoPosterior] for paths of a guide.
func (p *Paths) Condition(x *mat.Dense, y []float64, noise gp.NoiseVariance) (*Paths, error) {
	if p.part.is {
		panic("pathwise: Condition of a component: condition the whole")
	}
	old, err := p.posterior()
	if err != nil {
		return nil, err
	}
	post, err := old.Append(x, y, noise)
	if err != nil {
		return nil, err
	}
	q := *p
	q.posterior, q.data = known(post), dataOf(post)
	q.fix()
	q.update = q.correction(post)
	q.narrow()
	return &q, nil
}

func (p *Paths) checkIndex(i int) {
	if i < 0 || i >= p.n {
		panic(fmt.Sprintf("pathwise: path %d of %d", i, p.n))
	}
}

func (p *Paths) checkInputs(x *mat.Dense) {
	if _, d := x.Dims(); d != p.Inputs() {
		panic(fmt.Sprintf("pathwise: points of %d columns for paths of %d inputs", d, p.Inputs()))
	}
}
