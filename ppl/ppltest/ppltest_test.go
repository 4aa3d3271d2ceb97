package ppltest_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"matheron/ad"
	"matheron/ppl"
	"matheron/ppl/ppltest"
	"matheron/prob"
	"matheron/rng"
)

// recorder is a test that records its errors.
type recorder struct {
	testing.TB
	mu     sync.Mutex
	errors []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

// wants fails the test unless a recorded error has the text, or there are no errors if
// the text is empty.
func (r *recorder) wants(t *testing.T, name, text string) {
	t.Helper()
	all := strings.Join(r.errors, "\n")
	if (text == "") != (all == "") || !strings.Contains(all, text) {
		t.Errorf("%s: errors %q, want %q", name, all, text)
	}
}

// faulty is a normal distribution with one thing wrong.
type faulty struct {
	ppl.Distribution
	wrong string
}

func (f faulty) LogProb(s *ppl.Scratch, x ad.Value, mask []bool) ad.Value {
	lp := f.Distribution.LogProb(s, x, mask)
	switch f.wrong {
	case "mask":
		return f.Distribution.LogProb(s, x, nil)
	case "parameter gradient":
		return ad.StopGradient(lp)
	case "value gradient":
		return f.Distribution.LogProb(s, ad.StopGradient(x), mask)
	}
	return lp
}

func (f faulty) Draw(dst []float64, r *rand.Rand) {
	f.Distribution.Draw(dst, r)
	if f.wrong == "draw" {
		dst[0] = -1
	}
}

func (f faulty) Bijection() (ppl.Bijection, error) {
	b, err := f.Distribution.(ppl.Unconstrainer).Bijection()
	return bijection{b, f.wrong}, err
}

// bijection is one with something wrong.
type bijection struct {
	ppl.Bijection
	wrong string
}

func (b bijection) Equal(other ppl.Bijection) bool {
	o, ok := other.(bijection)
	return ok && b.Bijection.Equal(o.Bijection)
}

func (b bijection) Constrain(s *ppl.Scratch, y ad.Value) (x, logJacobian ad.Value) {
	x, logJacobian = b.Bijection.Constrain(s, y)
	switch b.wrong {
	case "jacobian":
		logJacobian = ad.Scale(logJacobian, 2)
	case "stopped":
		logJacobian = ad.StopGradient(logJacobian)
	case "shape":
		x = ad.Reshape(x, 1, x.Len())
	}
	return x, logJacobian
}

func TestDistributionFindsFaults(t *testing.T) {
	for wrong, want := range map[string]string{
		"":                   "",
		"mask":               "the terms sum to",
		"parameter gradient": "derivative to parameter",
		"value gradient":     "derivative to coordinate",
		"draw":               "log density -Inf at the draw",
		"stopped":            "derivative to coordinate",
		"shape":              "value of shape",
	} {
		r := &recorder{TB: t}
		ppltest.TestDistribution(r, func(p ad.Value) ppl.Distribution {
			return faulty{Distribution: ppl.LogNormal(ad.Slice(p, 0, 3), ad.At(p, 3)), wrong: wrong}
		}, []float64{0.1, 0.2, 0.3, 0.8}, rng.New(1))
		r.wants(t, wrong, want)
	}
}

func TestModelFindsFaults(t *testing.T) {
	var calls atomic.Int64
	for name, c := range map[string]struct {
		m    ppl.Model
		want string
	}{
		"right":   {func(c *ppl.Context) { c.Sample("x", ppl.Of(prob.HalfNormal{SD: 1})) }, ""},
		"failing": {func(c *ppl.Context) { c.Sample("", nil) }, "NewTarget"},
		"jacobian": {func(c *ppl.Context) {
			c.Sample("x", faulty{Distribution: ppl.LogNormal(c.Const(0), c.Const(1)), wrong: "jacobian"})
		}, "of the trace and the Jacobian"},
		"gradient": {func(c *ppl.Context) {
			x := c.Sample("x", ppl.Of(prob.Normal{SD: 1}))
			c.Factor("f", ad.Square(ad.StopGradient(x)))
		}, "derivative to coordinate 0"},
		"state": {func(c *ppl.Context) {
			c.Sample("x", ppl.Of(prob.Normal{SD: 1}))
			c.Factor("f", c.Const(float64(calls.Add(1)%7)))
		}, "a second run with the key is another"},
	} {
		r := &recorder{TB: t}
		ppltest.TestModel(r, c.m, rng.New(1))
		r.wants(t, name, c.want)
	}
}

func TestHandlerFindsFaults(t *testing.T) {
	m := func(c *ppl.Context) {
		x := c.Sample("x", ppl.Of(prob.Normal{SD: 1}))
		c.Observe("y", ppl.Normal(x, c.Const(1)), 1)
	}
	var runs atomic.Int64
	for name, c := range map[string]struct {
		h    ppl.Handler
		want string
	}{
		"right": {ppl.Scale(2), ""},
		"state between runs": {func(next ppl.Eval) ppl.Eval {
			by := float64(runs.Add(1))
			return func(c *ppl.Context, s *ppl.Site) {
				s.Scale *= by
				next(c, s)
			}
		}, "second run: the trace is another"},
		"no next": {func(ppl.Eval) ppl.Eval {
			return func(c *ppl.Context, s *ppl.Site) { c.Fail(s, fmt.Errorf("refused")) }
		}, `site "x": refused`},
	} {
		r := &recorder{TB: t}
		ppltest.TestHandler(r, c.h, m, rng.New(1))
		r.wants(t, name, c.want)
	}
}
