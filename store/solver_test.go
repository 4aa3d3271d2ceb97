package store

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"matheron/gp"
	"matheron/kernel"
)

// A file says nothing of the usual solver, as files did before there was another, and
// the name of another one; a name that is none is refused.
func TestSolverInFiles(t *testing.T) {
	c := small()
	c.kernel = kernel.Linear{Bias: 1, Variance: []float64{2}}
	text := func(k gp.SolverKind) string {
		m := c.model(t)
		m.Prior.Solver = k
		body, err := marshalBody(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	usual := text(nil)
	if usual != text(gp.Cholesky{}) || strings.Contains(usual, "solver") {
		t.Error("the usual solver is in the file")
	}
	if !strings.Contains(text(gp.Woodbury{}), `"solver": "woodbury"`) {
		t.Errorf("no solver in %s", text(gp.Woodbury{}))
	}
	named, err := solverOf("woodbury")
	if err != nil || named != gp.SolverKind(gp.Woodbury{}) {
		t.Errorf("woodbury is %v, %v", named, err)
	}
	if _, err := solverOf("other"); err == nil || !strings.Contains(err.Error(), `"other"`) {
		t.Errorf("a solver called other: %v", err)
	}
	m := c.model(t)
	m.Prior.Solver = ownSolver{}
	if _, err := marshalBody(m); err == nil || !strings.Contains(err.Error(), "ownSolver") {
		t.Errorf("a solver of one's own: %v", err)
	}
}

// A model that is solved with in another way says so in its file, and one that is not
// has no such field. A solver that nobody knows is refused by the name of the field.
func TestSolverRoundTrip(t *testing.T) {
	c := small()
	c.kernel, c.scaled = kernel.Add(kernel.Linear{Bias: 1, Variance: []float64{2}}, kernel.Constant{Variance: 3}), false
	for _, k := range []kind{exact, mixed} {
		c.kind = k
		m := c.model(t)
		usual := c.modelBytes(t)
		if strings.Contains(string(usual), `"solver"`) {
			t.Error("the usual solver is in the file")
		}
		m.Prior.Solver = gp.Woodbury{}
		var b bytes.Buffer
		if err := WriteModel(&b, m); err != nil {
			t.Fatal(err)
		}
		got, err := ReadModel(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		sameModel(t, got, m)
		x := grid(4, 1, 0.2)
		post := posteriorOf(t, got)
		if own, ok := post.InModelUnits().(*gp.Exact); ok && own.Solver().Name() != "woodbury" {
			t.Errorf("the posterior has the %s solver", own.Solver().Name())
		}
		if g, w := post.Mean(nil, x), posteriorOf(t, c.model(t)).Mean(nil, x); !floats.EqualApprox(g, w, 1e-9) {
			t.Errorf("means %v, by the usual solver %v", g, w)
		}
		body := bytes.Replace(bodyOf(b.Bytes()), []byte(`"woodbury"`), []byte(`"other"`), 1)
		if err := useModel(t, resealModel(b.Bytes(), body)); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), `solver: `) {
			t.Errorf("another solver: %v", err)
		}
	}
}

type ownSolver struct{}

func (ownSolver) Name() string                              { return "own" }
func (ownSolver) New(gp.System) (gp.Solver, float64, error) { return nil, 0, nil }
