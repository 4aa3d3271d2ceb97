package ppl

import (
	"errors"
	"fmt"
	"math"
)

// Variable is a latent site of a [Target] and its place in a point.
type Variable struct {
	Name  string
	Shape Shape
	// Offset is where its elements start among those of all variables
	// ([Target.Constrain]), and Coordinate where its coordinates start in a point of
	// the target.
	Offset, Coordinate int
	// Bijection maps its coordinates to its value.
	Bijection Bijection
}

// layout is what a first run has found: the sites in order.
type layout struct {
	steps     []step
	variables []Variable
	dim, size int
}

// step is one site of the program.
type step struct {
	kind     Kind
	name     string
	shape    Shape
	observed bool
	variable int // -1: not latent
}

func (p step) String() string {
	data := ""
	if p.observed {
		data = " (data)"
	}
	return fmt.Sprintf("%v %q %v%s", p.kind, p.name, p.shape, data)
}

// same reports whether two runs had the same site.
func (p step) same(q step) bool {
	return p.name == q.name && p.kind == q.kind && p.shape == q.shape && p.observed == q.observed && (p.variable < 0) == (q.variable < 0)
}

// stepOf describes a site that has its value.
func stepOf(s *Site) step {
	return step{kind: s.Kind, name: s.Name, shape: ShapeOf(s.Value), observed: s.Observed, variable: -1}
}

// add appends a site, with its bijection if it is latent.
func (l *layout) add(s *Site, b Bijection) {
	p := stepOf(s)
	if b != nil {
		p.variable = len(l.variables)
		l.variables = append(l.variables, Variable{s.Name, p.shape, l.size, l.dim, b})
		l.dim += b.Dim()
		l.size += p.shape.Len()
	}
	l.steps = append(l.steps, p)
}

// Variables returns the latent sites, in the order of the program.
func (t *Target) Variables() []Variable { return append([]Variable(nil), t.variables...) }

// Names returns the names of all elements of the variables, in the order of
// [Target.Constrain]: tau, theta[0], L[1,0].
func (t *Target) Names() []string {
	out := make([]string, 0, t.size)
	for _, v := range t.variables {
		for i := range v.Shape.Len() {
			out = append(out, v.Shape.element(v.Name, i))
		}
	}
	return out
}

// Constrain sets dst to the elements of the variables, one after the other, at
// the point x, and returns it; nil is allocated. It panics unless x has Dim
// elements and dst one a name.
func (t *Target) Constrain(dst, x []float64) []float64 {
	if dst == nil {
		dst = make([]float64, t.size)
	}
	if len(x) != t.dim || len(dst) != t.size {
		panic(fmt.Sprintf("ppl: Constrain: %d coordinates into %d elements, want %d into %d", len(x), len(dst), t.dim, t.size))
	}
	for _, v := range t.variables {
		v.Bijection.Apply(dst[v.Offset:v.Offset+v.Shape.Len()], x[v.Coordinate:v.Coordinate+v.Bijection.Dim()])
	}
	return dst
}

// Values returns the values of the variables at the point x.
func (t *Target) Values(x []float64) Values {
	all := t.Constrain(nil, x)
	out := make(Values, len(t.variables))
	for _, v := range t.variables {
		end := v.Offset + v.Shape.Len()
		out[v.Name] = all[v.Offset:end:end]
	}
	return out
}

// Unconstrain returns the point where the variables have the given values. A
// value that is missing, of the wrong length, or outside of its support is an
// error that names the site; further values are ignored.
func (t *Target) Unconstrain(values Values) ([]float64, error) {
	x := make([]float64, t.dim)
	for _, v := range t.variables {
		value, ok := values[v.Name]
		if !ok {
			return nil, &SiteError{v.Name, errors.New("no value")}
		}
		if len(value) != v.Shape.Len() {
			return nil, &SiteError{v.Name, fmt.Errorf("%d numbers for a value of shape %v", len(value), v.Shape)}
		}
		y := x[v.Coordinate : v.Coordinate+v.Bijection.Dim()]
		v.Bijection.Unconstrain(y, value)
		for _, yi := range y {
			if math.IsNaN(yi) || math.IsInf(yi, 0) {
				return nil, &SiteError{v.Name, fmt.Errorf("the value %v is outside of its support", value)}
			}
		}
	}
	return x, nil
}
