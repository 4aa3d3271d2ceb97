package store

import (
	"bytes"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

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
		b, err := describeModel(m)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := b.writeTo(&out); err != nil {
			t.Fatal(err)
		}
		return out.String()
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
	if _, err := describeModel(m); err == nil || !strings.Contains(err.Error(), "ownSolver") {
		t.Errorf("a solver of one's own: %v", err)
	}
	m.Prior.Solver = gp.Woodbury{}
	post, err := m.Posterior()
	if err != nil {
		t.Fatal(err)
	}
	if post.Solver().Name() != "woodbury" || len(post.Mean(nil, mat.NewDense(1, 1, nil))) != 1 {
		t.Errorf("the model's posterior has the %s solver", post.Solver().Name())
	}
}

type ownSolver struct{}

func (ownSolver) Name() string                              { return "own" }
func (ownSolver) New(gp.System) (gp.Solver, float64, error) { return nil, 0, nil }
