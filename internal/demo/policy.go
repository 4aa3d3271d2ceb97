package demo

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/emulate"
	"matheron/function"
	"matheron/functional"
	"matheron/internal/parallel"
	"matheron/pathwise"
)

// Policy is use 11: a particle is pushed about by the unknown function, and a
// controller is to hold it in the middle of the data,
//
//	x' = x + h (g(x) + a),  g = (f - center)/scale L,  a = -(x - c)/2,
//
// with h a tenth, c the middle of the data and L a third of their range. It starts
// at the upper end of the interval, beyond the data, where it is not known which way
// it is pushed. The reward of a step is -((x' - c)/L)² - (a/L)²/10. Each
// function is one possible world and has its own return; what the posterior mean
// as the dynamics says is one number, and no mean of theirs.
type Policy struct {
	Start   float64 `json:"start"`
	Horizon int     `json:"horizon"`
	// Return is the distribution of the return over the functions, and Worst the mean
	// of its worst tenth.
	Return Distribution `json:"return"`
	Worst  float64      `json:"worst_tenth"`
	// MeanDynamics is the return along the mean of the functions, and Below the
	// probability that the true one is less.
	MeanDynamics float64 `json:"mean_dynamics"`
	Below        Chance  `json:"below_mean_dynamics"`
	// Truth is the return in the world of the truth. It is not there for a user's
	// table.
	Truth *float64 `json:"truth,omitempty"`

	// Trajectories are those of the functions, Horizon+1 places each; Mean and
	// TruthTrajectory those along the mean and the truth.
	Trajectories    [][]float64 `json:"-"`
	Mean            []float64   `json:"-"`
	TruthTrajectory []float64   `json:"-"`
	Returns         []float64   `json:"-"`
}

const (
	horizon    = 30
	timeStep   = 0.1
	feedback   = 0.5
	actionCost = 0.1
)

// world is the change of the state in one step, as a function of state and action,
// for each path. A path that is kept is evaluated at a point without preparing.
type world struct {
	paths                 []pathwise.Path
	center, scale, length float64
}

var (
	_ function.Functions  = world{}
	_ function.EvalerTo   = world{}
	_ function.EachEvaler = world{}
)

func (w world) Len() int    { return len(w.paths) }
func (w world) Inputs() int { return 2 }

func (w world) Eval(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	dst := mat.NewDense(len(w.paths), n, nil)
	w.EvalTo(dst, x)
	return dst
}

func (w world) EvalTo(dst, x *mat.Dense) {
	parallel.Do(0, len(w.paths), func(_, s int) { w.eval(dst.RawRowView(s), s, x) })
}

func (w world) EvalEach(xs []*mat.Dense) [][]float64 {
	out := make([][]float64, len(xs))
	parallel.Do(0, len(w.paths), func(_, s int) {
		n, _ := xs[s].Dims()
		out[s] = make([]float64, n)
		w.eval(out[s], s, xs[s])
	})
	return out
}

func (w world) eval(dst []float64, s int, x *mat.Dense) {
	for j := range dst {
		dst[j] = w.step(w.paths[s].At(x.RawRowView(j)[:1]), x.At(j, 1))
	}
}

func (w world) step(f, a float64) float64 {
	return timeStep * ((f-w.center)/w.scale*w.length + a)
}

// rollout is the task: how it goes in the given worlds.
func (s *Example) rollout(worlds function.Functions) emulate.Rollout {
	c, l := (s.Lower+s.Upper)/2, (s.Upper-s.Lower)/3
	return emulate.Rollout{
		Dynamics: []function.Functions{worlds},
		Actions:  1,
		Policy:   func(a, x []float64, _ int) { a[0] = -feedback * (x[0] - c) },
		Reward: func(_, a, next []float64, _ int) float64 {
			d, u := (next[0]-c)/l, a[0]/l
			return -d*d - actionCost*u*u
		},
		Horizon: horizon,
		Keep:    true,
	}
}

// Policy computes use 11 from the paths of the example.
func (s *Example) Policy(ctx context.Context) (*Policy, error) {
	u := &Policy{Start: s.Box.Upper[0], Horizon: horizon}
	start := mat.NewDense(1, 1, []float64{u.Start})
	w := world{center: s.Center, scale: s.Scale, length: (s.Upper - s.Lower) / 3}
	for i := range s.Paths.Len() {
		w.paths = append(w.paths, s.Paths.Path(i))
	}
	r, err := s.rollout(w).Run(ctx, start)
	if err != nil {
		return nil, err
	}
	u.Returns = r.PerPath()
	returns := functional.NewSample(u.Returns)
	u.Return, u.Worst, u.MeanDynamics = distributionOf(returns), r.CVaR(0.1), r.MeanDynamicsReturn()
	u.Below = chance(returns.Between(math.Inf(-1), u.MeanDynamics))
	for i := range s.Paths.Len() {
		u.Trajectories = append(u.Trajectories, mat.Col(nil, 0, r.Trajectory(i, 0)))
	}
	u.Mean = mat.Col(nil, 0, r.MeanTrajectory(0))
	if s.Truth == nil {
		return u, nil
	}
	truly := function.Of(2, func(x []float64) float64 { return w.step(s.Truth(x[0]), x[1]) })
	if r, err = s.rollout(truly).Run(ctx, start); err != nil {
		return nil, err
	}
	v := r.Mean()
	u.Truth, u.TruthTrajectory = &v, mat.Col(nil, 0, r.Trajectory(0, 0))
	return u, nil
}
