package pathwise

import (
	"sync"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/internal/gram"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/rng"
)

// part is functions of one posterior: prior features with weights, and a correction,
//
//	f_s(x) = m(x) + phi(x).w_s + c(x).u_s
//
// The correction's columns c(x) are the covariances k(x, X) with N rows or inducing
// inputs. Those of a kernel of finite rank are its features, which are fewer: the same
// correction is phi(x) (Phi_Xᵀ v_s), and the weights Phi_Xᵀ v_s have more digits than v_s.
type part struct {
	data
	// given is what the functions are conditioned on, made when it is needed first:
	// evaluation does not need it.
	given func() (given, error)
	// uMoments are those of u, of an inducing posterior; nil of an exact one.
	uMoments func() Gaussian

	kernel  kernel.Kernel
	mean    gp.Mean
	perPath bool
	key     rng.Key
	n       int // of functions
	// bases has the features of each component: one stack for all paths, or one
	// for each. All stacks have the same length.
	bases   []basis.Stack
	weights *mat.Dense // F x S, nil where there are no features
	// v is the weights of the correction at the rows, N x S, and update those of its
	// columns: v itself, or fewer, where features has those of a kernel of finite rank.
	v, update *mat.Dense
	features  basis.Stack
	// component is what of the whole these functions are; all has the whole's features.
	component component
	all       []basis.Stack
	// low is the weights in single precision, if single32 says that values are.
	single32 bool
	low      low
	// columns evaluates the correction's columns in blocks of depth. It is made when it
	// is needed first, which costs a copy of the rows.
	columns func() []columnBlock
	// tile overrides the number of points in a tile, for tests.
	tile int
}

// data are the rows that functions are conditioned on, and the prior that they were.
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

// component is one of those of the kernel; the zero value is the whole.
type component struct {
	is    bool
	index int
}

// inputs returns the number of inputs D.
func (p *part) inputs() int {
	_, d := p.x.Dims()
	return d
}

// featureCount returns the number of features F of a path.
func (p *part) featureCount() int { return p.bases[0].Len() }

// width returns the number of columns of the correction.
func (p *part) width() int {
	if p.features != nil {
		return p.features.Len()
	}
	n, _ := p.x.Dims()
	return n
}

// basis returns the features of path s.
func (p *part) basis(s int) basis.Stack {
	if p.perPath {
		return p.bases[s]
	}
	return p.bases[0]
}

// whole returns the features of path s of all components.
func (p *part) whole(s int) basis.Stack {
	all := p.bases
	if p.component.is {
		all = p.all
	}
	if p.perPath {
		return all[s]
	}
	return all[0]
}

// learn gives the functions the posterior that they are conditioned on, and the
// correction that makes them its draws.
func (p *part) learn(post *gp.Exact) {
	p.data, p.features = dataOf(post), nil
	p.given = func() (given, error) { return exact{post}, nil }
	p.prepare()
	r := p.residuals(post)
	var coefficients *mat.Dense
	if finite, ok := post.Solver().(gp.FiniteRank); ok {
		p.features = finite.Features()
		p.prepare()
		coefficients = finite.Coefficients(r)
	}
	post.Solver().Solve(r, r)
	p.setCorrection(r, coefficients)
}

// setCorrection sets the weights of the correction to v, N x S, and of a kernel of
// finite rank those of its features to coefficients, F x S.
func (p *part) setCorrection(v, coefficients *mat.Dense) {
	p.v, p.update = v, v
	if p.features != nil {
		p.update = nil
		if p.features.Len() > 0 {
			p.update = newStrided(p.features.Len(), p.n)
			p.update.Copy(coefficients)
		}
	}
	p.narrow()
}

// ofComponent returns the functions' terms of component i.
func (p *part) ofComponent(i int, c kernel.Component) *part {
	q := *p
	q.kernel, q.mean, q.component, q.all = c.Kernel, gp.Zero{}, component{true, i}, p.bases
	q.bases = make([]basis.Stack, len(p.bases))
	for s, b := range p.bases {
		q.bases[s] = basis.Stack{b[i]}
	}
	q.weights = componentRows(p.weights, p.bases[0], i)
	if p.features != nil {
		q.features, q.update = basis.Stack{p.features[i]}, componentRows(p.update, p.features, i)
	}
	q.prepare()
	q.narrow()
	return &q
}

// componentRows returns the rows of weights that are those of element i of a stack,
// nil where it has no features.
func componentRows(weights *mat.Dense, of basis.Stack, i int) *mat.Dense {
	o := of.Offsets()
	if o[i+1] == o[i] {
		return nil
	}
	_, s := weights.Dims()
	return weights.Slice(o[i], o[i+1], 0, s).(*mat.Dense)
}

// condition is [Paths.Condition].
func (p *part) condition(x *mat.Dense, y []float64, noise gp.NoiseVariance) (*part, error) {
	if p.component.is {
		panic("pathwise: Condition of a component: condition the whole")
	}
	old, err := p.given()
	if err != nil {
		return nil, err
	}
	rows, ok := old.posterior().(*gp.Exact)
	if !ok {
		return nil, ErrNoRows
	}
	post, err := rows.Append(x, y, noise)
	if err != nil {
		return nil, err
	}
	q := *p
	q.learn(post)
	return &q, nil
}

// columns are some of the correction's, as functions of x.
type columns interface {
	// Cov sets dst to the columns at the rows of x.
	Cov(dst, x *mat.Dense, s *gram.Scratch)
	// Sum adds to dst[i], unless dst is nil, the columns at row i of x times w, and to
	// grad its gradient.
	Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense, s *gram.Scratch)
	// Slopes sets dst[d*n+i] to the derivatives of the columns to x_id. It returns false
	// if there is no direct way.
	Slopes(dst, x *mat.Dense, s *gram.Scratch) bool
}

// columnBlock is columns i to j of the correction.
type columnBlock struct {
	columns
	i, j int
}

// prepare lets the correction prepare for its columns, once these are known.
func (p *part) prepare() {
	k, x, features, width := p.kernel, p.x, p.features, p.width()
	p.columns = sync.OnceValue(func() []columnBlock {
		var out []columnBlock
		var plan *gram.Plan
		var theta []float64
		if features == nil {
			plan, theta = kernel.Compile(k, nil, nil)
		}
		for i := 0; i < width; i += depth {
			j := min(i+depth, width)
			if features != nil {
				out = append(out, columnBlock{featureColumns{features, i, j}, i, j})
			} else {
				out = append(out, columnBlock{gram.Against(plan, theta, rowsOf(x, i, j)), i, j})
			}
		}
		return out
	})
}

// featureColumns are features i to j of a kernel of finite rank, as columns.
type featureColumns struct {
	features basis.Stack
	i, j     int
}

// Cov sets dst to the features at the rows of x.
func (c featureColumns) Cov(dst, x *mat.Dense, _ *gram.Scratch) {
	c.each(dst, func(all *mat.Dense) bool {
		c.features.Eval(all, x)
		return true
	})
}

// each calls f with a place for all features and copies those of c to dst.
func (c featureColumns) each(dst *mat.Dense, f func(all *mat.Dense) bool) bool {
	if c.i == 0 && c.j == c.features.Len() {
		return f(dst)
	}
	n, _ := dst.Dims()
	all := mat.NewDense(n, c.features.Len(), nil)
	ok := f(all)
	dst.Copy(all.Slice(0, n, c.i, c.j))
	return ok
}

// Sum adds the sums of features with weights w, and their gradients.
func (c featureColumns) Sum(dst []float64, grad *mat.Dense, w []float64, x *mat.Dense, _ *gram.Scratch) {
	all := make([]float64, c.features.Len())
	copy(all[c.i:], w)
	if dst == nil {
		n, _ := x.Dims()
		dst = make([]float64, n)
	}
	c.features.Sum(dst, grad, all, x)
}

// Slopes sets dst[d*n+i] to the derivatives of the features to x_id.
func (c featureColumns) Slopes(dst, x *mat.Dense, _ *gram.Scratch) bool {
	n, d := x.Dims()
	return c.each(dst, func(all *mat.Dense) bool {
		for k := range d {
			if !c.features.Slopes(rowsOf(all, k*n, (k+1)*n), x, k) {
				return false
			}
		}
		return true
	})
}
