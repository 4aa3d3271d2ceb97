package ppl

import (
	"math"

	"matheron/ad"
	"matheron/rng"
)

// Kind says what a site is.
type Kind uint8

// The kinds of sites.
const (
	Sample        Kind = iota + 1 // a random variable
	Observe                       // data
	Factor                        // a term of the log density
	Deterministic                 // a value to be recorded
)

// String returns the name of the kind.
func (k Kind) String() string {
	switch k {
	case Sample:
		return "sample"
	case Observe:
		return "observe"
	case Factor:
		return "factor"
	case Deterministic:
		return "deterministic"
	}
	return "invalid kind"
}

// Site is one statement of a program on its way through the handlers, which may
// change all but its name. It is valid until the run ends.
type Site struct {
	Kind Kind
	Name string
	// Dist is that of Value; nil for Factor and Deterministic.
	Dist Distribution
	// Value is the zero Value until the site has one. A factor's is the term.
	Value ad.Value
	// Observed tells that Value is data: no random variable of the program.
	Observed bool
	// Scale multiplies the log density. It starts as 1.
	Scale float64
	// Mask marks the terms of the log density that count, one a term of Dist, or a
	// single one for all; nil is all of them.
	Mask []bool
	// Plates are those that the site is in, from the outermost.
	Plates []Plate
	// Key is the key to draw a value with if there is none; nil is no key.
	Key *rng.Key
	// LogProb is the log density, scaled and masked, once a handler has computed
	// it ([Trace.Handler], or a [Target]).
	LogProb ad.Value
	// Info is for a library that adds a site and has handlers for it.
	Info any

	key rng.Key
}

// HasValue reports whether the site has a value.
func (s *Site) HasValue() bool { return s.Value.Tape() != nil }

// Latent reports whether the site is a random variable without a value so far.
func (s *Site) Latent() bool { return s.Kind == Sample && !s.Observed && !s.HasValue() }

// SetKey gives the site a key.
func (s *Site) SetKey(k rng.Key) { s.key = k; s.Key = &s.key }

// Plate is a dimension of independent sites.
type Plate struct {
	Name string
	// Size is the number of entries here, Of the number that they stand for: a
	// subsample of 10 out of 1,000 scales log densities by 100.
	Size, Of int
}

// Trace is a run of a program as plain data.
type Trace struct {
	Sites []Record // in the order of the program
	index map[string]int
}

// Record is one site of a trace.
type Record struct {
	Kind     Kind
	Name     string
	Shape    Shape
	Value    []float64 // row by row
	Observed bool
	LogProb  float64 // scaled and masked; 0 for Deterministic
	Scale    float64
	Plates   []Plate
}

// TraceOf runs the program, with keys by name for what is drawn, and returns its
// sites. The given handlers are further in than the trace: it has what they leave
// visible. The error names the site (*[SiteError], *[PanicError]).
func TraceOf(m Model, key rng.Key, handlers ...Handler) (*Trace, error) {
	t := new(Trace)
	stack := append([]Handler{Seed(key)}, handlers...)
	if err := Run(m, nil, append(stack, t.Handler())...); err != nil {
		return nil, err
	}
	return t, nil
}

// Handler returns the handler that records the sites of a run, in place of those that
// t has, with their log densities. A density that is NaN or +Inf ends the run with an
// error.
func (t *Trace) Handler() Handler {
	return func(next Eval) Eval {
		t.Sites, t.index = nil, map[string]int{}
		return func(c *Context, s *Site) {
			next(c, s)
			c.density(s)
			c.check(s)
			t.add(s)
		}
	}
}

// check ends the run if the log density of the site is NaN or +Inf, with the reason.
func (c *Context) check(s *Site) {
	if s.LogProb.Tape() == nil {
		return
	}
	lp := s.LogProb.Float()
	if lp <= math.MaxFloat64 {
		return
	}
	if s.Dist != nil {
		if err := validate(s.Dist); err != nil {
			c.Fail(s, drawError{err})
		}
		for i, x := range s.Value.Data() {
			if math.IsNaN(x) && s.Observed {
				c.Fail(s, &DataError{ShapeOf(s.Value), i})
			}
		}
	}
	c.Fail(s, drawError{&DensityError{lp, c.tape.Err()}})
}

func (t *Trace) add(s *Site) {
	r := Record{
		Kind: s.Kind, Name: s.Name, Shape: ShapeOf(s.Value), Observed: s.Observed, Scale: s.Scale,
		Value:  append([]float64(nil), s.Value.Data()...),
		Plates: append([]Plate(nil), s.Plates...),
	}
	if s.LogProb.Tape() != nil {
		r.LogProb = s.LogProb.Float()
	}
	t.index[s.Name] = len(t.Sites)
	t.Sites = append(t.Sites, r)
}

// Site returns the record of a name.
func (t *Trace) Site(name string) (Record, bool) {
	i, ok := t.index[name]
	if !ok {
		return Record{}, false
	}
	return t.Sites[i], true
}

// LogProb returns the log density of the program at its values: the sum over the
// sites.
func (t *Trace) LogProb() float64 {
	total := 0.0
	for _, r := range t.Sites {
		total += r.LogProb
	}
	return total
}

// Values returns the values of the random variables, for [Substitute].
func (t *Trace) Values() Values {
	out := Values{}
	for _, r := range t.Sites {
		if r.Kind == Sample && !r.Observed {
			out[r.Name] = r.Value
		}
	}
	return out
}

// reshape gives v another shape of as many elements.
func reshape(v ad.Value, to Shape) ad.Value {
	switch to.rank {
	case 0:
		return ad.Reshape(v)
	case 1:
		return ad.Reshape(v, to.cols)
	}
	return ad.Reshape(v, to.rows, to.cols)
}
