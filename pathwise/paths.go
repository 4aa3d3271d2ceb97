package pathwise

import (
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/internal/parallel"
	"matheron/kernel"
)

// Paths are functions drawn from a posterior. They are immutable and safe for
// many goroutines. Inputs are N x D, outputs S x N: a path in each row.
//
// Functions of a mixture come in parts, those of one posterior after those of another:
// each keeps the hyperparameters that it was drawn with, in its prior path and in its
// correction. Everything here is for all of them, unless it says otherwise.
type Paths struct {
	parts []*part
	first []int // the first path of each part, and then Len
}

// whole returns the functions of one posterior.
func whole(p *part) *Paths { return &Paths{[]*part{p}, []int{0, p.n}} }

// Join returns the paths of all sets, one after the other: functions of a mixture of
// what these are functions of. It panics if there are none, or if their inputs differ in
// number.
func Join(sets ...*Paths) *Paths {
	if len(sets) == 0 {
		panic("pathwise: Join of no paths")
	}
	var parts []*part
	for _, s := range sets {
		if s.Inputs() != sets[0].Inputs() {
			panic(fmt.Sprintf("pathwise: Join of paths of %d and of %d inputs", sets[0].Inputs(), s.Inputs()))
		}
		parts = append(parts, s.parts...)
	}
	return join(parts)
}

func join(parts []*part) *Paths {
	p := &Paths{parts: parts, first: make([]int, len(parts)+1)}
	for i, q := range parts {
		p.first[i+1] = p.first[i] + q.n
	}
	return p
}

// Len returns the number of paths S.
func (p *Paths) Len() int { return p.first[len(p.parts)] }

// Inputs returns the number of inputs D.
func (p *Paths) Inputs() int { return p.parts[0].inputs() }

// Features returns the number of features F of a path, the most of all parts.
func (p *Paths) Features() int {
	f := 0
	for _, q := range p.parts {
		f = max(f, q.featureCount())
	}
	return f
}

// PerPath reports whether each path has a basis of its own.
func (p *Paths) PerPath() bool {
	return !slices.ContainsFunc(p.parts, func(q *part) bool { return !q.perPath })
}

// Parts returns the functions of each posterior: of one that is no mixture, p alone.
func (p *Paths) Parts() []*Paths {
	out := make([]*Paths, len(p.parts))
	for i, q := range p.parts {
		out[i] = whole(q)
	}
	return out
}

// Kernel returns the kernel, with the hyperparameters that the paths were drawn with.
// It panics for paths of a mixture, which have several: see [Path.Kernel].
func (p *Paths) Kernel() kernel.Kernel {
	if len(p.parts) > 1 {
		panic(fmt.Sprintf("pathwise: the Kernel of %d parts: ask one of Parts", len(p.parts)))
	}
	return p.parts[0].kernel
}

// Posterior returns the posterior that the paths are draws of; of several parts a
// *[gp.Mixture], in which each has the weight of its paths. Paths from a file make it
// anew when it is asked for first, O(N^3), which may fail where the file
// comes from another machine.
func (p *Paths) Posterior() (gp.Posterior, error) {
	posts, err := gather(p, func(i int, q *part) ([]gp.Posterior, error) {
		g, err := q.given()
		if err != nil {
			return nil, err
		}
		return []gp.Posterior{g.posterior()}, nil
	})
	if err != nil {
		return nil, err
	}
	if len(posts) == 1 {
		return posts[0], nil
	}
	weight := make([]float64, len(posts))
	for i, q := range p.parts {
		weight[i] = float64(q.n)
	}
	return gp.WeightedMixture(weight, posts...), nil
}

// ErrNoRows is the error of conditioning paths of an inducing posterior further: it has
// no rows to which others could be appended.
var ErrNoRows = errors.New("paths of an inducing posterior have no rows to append to: condition the posterior on more rows and draw from it")

// Components returns the names of the terms of the kernel, which
// [Paths.Component] counts; none if those of the parts differ.
func (p *Paths) Components() []string {
	var out []string
	for i, q := range p.parts {
		var names []string
		for _, c := range kernel.Components(q.kernel) {
			names = append(names, c.Name)
		}
		if i > 0 && !slices.Equal(names, out) {
			return nil
		}
		out = names
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
	names := p.Components()
	if i < 0 || i >= len(names) {
		panic(fmt.Sprintf("pathwise: component %d of %d", i, len(names)))
	}
	parts := make([]*part, len(p.parts))
	for j, q := range p.parts {
		if q.component.is {
			panic("pathwise: a component of a component")
		}
		parts[j] = q.ofComponent(i, kernel.Components(q.kernel)[i])
	}
	return join(parts)
}

// Float32 returns the same functions evaluated in single precision, which is
// faster where products with the weights take most of the time, many paths at a
// point. Features and covariances are computed in double precision and rounded;
// their products with the rounded weights are summed in single precision. With
// u = 2⁻²⁴, a value differs from that of p by at most
//
//	(259 + B) u (sum_j |phi_j(x) w_js| + sum_i |k(x, x_i) v_is|) + u |f_s(x)|
//
// to first order, where B is the number of blocks of 256 features and rows. That
// is the worst case; errors of either sign mostly cancel. The weights v of the
// correction are large, and so is the error, where the noise is small beside the
// prior's variance.
//
// Values alone are in single precision: gradients, moments, draws of the correction
// and files are those of p. The rounded weights take half of the memory of p's on
// top of it.
func (p *Paths) Float32() *Paths {
	parts := make([]*part, len(p.parts))
	for i, q := range p.parts {
		low := *q
		low.single32 = true
		low.narrow()
		parts[i] = &low
	}
	return join(parts)
}

// Condition returns the same functions after they have learned new rows: the
// prior paths and the noise of the rows known before stay, and the solver is
// extended by append. With the noise given for the new rows, the result is
// that of a draw on all rows with the same key. Cost O(N^2 (n + S)) for n new
// rows. It returns the errors of [gp.Exact.Append], and
// [ErrNoRows] for paths of an inducing posterior.
//
// The hyperparameters of each path stay, and so do the parts' weights: new rows that
// say much about the hyperparameters ask for new draws of these.
func (p *Paths) Condition(x *mat.Dense, y []float64, noise gp.NoiseVariance) (*Paths, error) {
	parts, errs := make([]*part, len(p.parts)), make([]error, len(p.parts))
	if len(p.parts) == 1 {
		parts[0], errs[0] = p.parts[0].condition(x, y, noise)
	} else {
		parallel.Do(0, len(p.parts), func(_, i int) {
			parts[i], errs[i] = p.parts[i].condition(x, y, noise)
		})
	}
	for i, err := range errs {
		if err != nil {
			return nil, p.inPart(i, err)
		}
	}
	return join(parts), nil
}

// inPart names the part of an error, if there are several.
func (p *Paths) inPart(i int, err error) error {
	if len(p.parts) == 1 {
		return err
	}
	return fmt.Errorf("part %d: %w", i, err)
}

// of returns the part that path s is in, and its index there.
func (p *Paths) of(s int) (*part, int) {
	if s < 0 || s >= p.Len() {
		panic(fmt.Sprintf("pathwise: path %d of %d", s, p.Len()))
	}
	i, found := slices.BinarySearch(p.first, s)
	if !found {
		i--
	}
	// Parts have at least one path, so that no two begin at the same.
	return p.parts[i], s - p.first[i]
}

// gather calls f for the parts in parallel, since most have few paths, and joins
// what they return, which may be less than all of it with an error: that of the
// first part that has one.
func gather[T any](p *Paths, f func(i int, q *part) ([]T, error)) ([]T, error) {
	if len(p.parts) == 1 {
		return f(0, p.parts[0])
	}
	parts, errs := make([][]T, len(p.parts)), make([]error, len(p.parts))
	parallel.Do(0, len(p.parts), func(_, i int) { parts[i], errs[i] = f(i, p.parts[i]) })
	out := slices.Concat(parts...)
	for i, err := range errs {
		if err != nil {
			return out, p.inPart(i, err)
		}
	}
	return out, nil
}

func (p *Paths) checkInputs(x *mat.Dense) {
	if _, d := x.Dims(); d != p.Inputs() {
		panic(fmt.Sprintf("pathwise: points of %d columns for paths of %d inputs", d, p.Inputs()))
	}
}

func (p *Paths) checkPoint(x []float64) {
	if len(x) != p.Inputs() {
		panic(fmt.Sprintf("pathwise: a point of %d numbers for paths of %d inputs", len(x), p.Inputs()))
	}
}

// gradient returns dst, or a new gradient if it is nil.
func (p *Paths) gradient(dst, x []float64) []float64 {
	if dst == nil {
		return make([]float64, len(x))
	}
	if len(dst) != len(x) {
		panic(fmt.Sprintf("pathwise: a gradient of %d for a point of %d numbers", len(dst), len(x)))
	}
	return dst
}
