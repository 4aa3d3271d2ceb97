package ppl

import (
	"math"

	"matheron/ad"
	"matheron/rng"
)

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

// Handler returns the handler that records the sites of a run, from anew, with
// their log densities. A density that is NaN or +Inf ends the run with an error.
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

// check ends the run if the density of the site is none, and says why.
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
			c.Fail(s, here{err})
		}
		for i, x := range s.Value.Data() {
			if math.IsNaN(x) && s.Observed {
				c.Fail(s, &DataError{ShapeOf(s.Value), i})
			}
		}
	}
	c.Fail(s, here{&DensityError{lp, c.tape.Err()}})
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
