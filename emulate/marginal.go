package emulate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

// NoGradientError says that the draws of an output have no gradient.
type NoGradientError struct {
	Output int
	Err    error // what they said themselves, nil if they have no such ability
}

// Error names the output.
func (e *NoGradientError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("output %d: draws without a gradient", e.Output)
	}
	return fmt.Sprintf("output %d: %v", e.Output, e.Err)
}

// Unwrap returns what the draws said.
func (e *NoGradientError) Unwrap() error { return e.Err }

// Marginal is the posterior of the input with the simulator integrated out over its
// S draws,
//
//	log p(u | y) = log p(u) + log 1/S sum_s exp l_s(u) + constant,
//	gradient     = d log p(u) + sum_s w_s d l_s(u),   w = softmax(l(u)),
//
// with l_s(u) = log p(y | f_s(u)). Unlike [Inversion.OnPath] for each path, it lets
// what was observed say which draws are likely. It estimates the likelihood from
// the draws: where the observation's noise is much smaller than the surrogate's
// uncertainty a few draws have all the weight, and S must be large. It is a mixture
// with modes of its own for each draw; on one or two inputs compare the sampler with
// [Inversion.LogLikelihoods] on a grid.
//
// It is a [Target], immutable and safe for many goroutines. A call costs the values
// and gradients of all draws at K points.
type Marginal struct {
	v       Inversion
	outputs []function.Functions
	grads   []function.Grader
	sums    []function.SumGrader // nil where the gradients of all are summed
	draws   int
}

// Marginal returns the posterior over the draws of each output, draw s of one
// output going with draw s of the others. It returns a [*NoGradientError] if draws
// are not differentiable, and panics if their shapes do not fit.
func (v Inversion) Marginal(outputs ...function.Functions) (*Marginal, error) {
	m := &Marginal{v: v, outputs: outputs, draws: v.checkDraws(outputs)}
	for j, d := range outputs {
		g, ok := d.(function.Grader)
		if !ok {
			return nil, &NoGradientError{Output: j}
		}
		// One call says whether there is a gradient at all.
		if _, err := g.Grad(mat.NewDense(1, d.Inputs(), nil)); err != nil {
			return nil, &NoGradientError{Output: j, Err: err}
		}
		sum, _ := d.(function.SumGrader)
		m.grads, m.sums = append(m.grads, g), append(m.sums, sum)
	}
	return m, nil
}

// Dim implements [Target].
func (m *Marginal) Dim() int { return m.v.Prior.Dim() }

// LogProbGrad implements [Target].
func (m *Marginal) LogProbGrad(grad, u []float64) float64 {
	checkPoint(m.Dim(), grad, u)
	lp := m.v.Prior.LogProbGrad(grad, u)
	if !finite(lp) {
		return outside(grad)
	}
	k, c := m.v.settings()
	x := mat.NewDense(k, len(u)+c, nil)
	m.v.set(x, 0, u)
	l, df := m.likelihoods(x)
	top := math.Inf(-1)
	for _, v := range l {
		top = math.Max(top, v)
	}
	if !finite(top) {
		return outside(grad)
	}
	w, sum := l, 0.0
	for s, v := range l {
		w[s] = math.Exp(v - top)
		sum += w[s]
	}
	for s := range w {
		w[s] /= sum
	}
	for j, g := range m.grads {
		if sum := m.sums[j]; sum != nil {
			m.gradSum(grad, sum, x, j, w, df)
			continue
		}
		gs, err := g.Grad(x)
		if err != nil {
			panic("emulate: draws that had a gradient have none: " + err.Error())
		}
		for s, gradient := range gs {
			if w[s] == 0 {
				continue
			}
			for i := range k {
				a := w[s] * df.At(s, j*k+i)
				row := gradient.RawRowView(i)
				for d := range grad {
					grad[d] += a * row[d]
				}
			}
		}
	}
	return lp + top + math.Log(sum/float64(m.draws))
}

// gradSum adds the gradient of output j to grad: one weighted sum of the draws for
// each setting.
func (m *Marginal) gradSum(grad []float64, g function.SumGrader, x *mat.Dense, j int, w []float64, df *mat.Dense) {
	k, d := x.Dims()
	a, slope := make([]float64, m.draws), make([]float64, d)
	for i := range k {
		for s, v := range w {
			a[s] = 0
			if v != 0 {
				a[s] = v * df.At(s, j*k+i)
			}
		}
		if _, err := g.GradSum(slope, a, x.RawRowView(i)); err != nil {
			panic("emulate: draws that had a gradient have none: " + err.Error())
		}
		for c := range grad {
			grad[c] += slope[c]
		}
	}
}

// likelihoods returns l_s and its gradient to the outputs, S x J K. A draw whose
// likelihood is not finite has no weight.
func (m *Marginal) likelihoods(x *mat.Dense) ([]float64, *mat.Dense) {
	k, _ := x.Dims()
	values := evalAll(m.outputs, x)
	l, df, f := make([]float64, m.draws), mat.NewDense(m.draws, len(m.outputs)*k, nil), make([]float64, len(m.outputs)*k)
	for s := range l {
		for j := range m.outputs {
			copy(f[j*k:(j+1)*k], values[j].RawRowView(s))
		}
		l[s] = m.v.Likelihood.LogProbGrad(df.RawRowView(s), f)
		if !finite(l[s]) {
			l[s] = math.Inf(-1)
		}
	}
	return l, df
}

// Weights returns the weight of each draw given what was observed and the input u,
// softmax(l(u)). They say how many draws the likelihood at u rests on: 1 / sum w^2.
// They are equal where no draw has a likelihood.
func (m *Marginal) Weights(u []float64) []float64 {
	if len(u) != m.Dim() {
		panic(fmt.Sprintf("emulate: a point of %d numbers for a target of %d", len(u), m.Dim()))
	}
	k, c := m.v.settings()
	x := mat.NewDense(k, len(u)+c, nil)
	m.v.set(x, 0, u)
	l, _ := m.likelihoods(x)
	return softmax(l)
}

// softmax sets l to exp(l) / sum exp(l), equal weights if all are -Inf.
func softmax(l []float64) []float64 {
	top, sum := math.Inf(-1), 0.0
	for _, v := range l {
		top = math.Max(top, v)
	}
	for i, v := range l {
		l[i] = 1
		if !math.IsInf(top, -1) {
			l[i] = math.Exp(v - top)
		}
		sum += l[i]
	}
	for i := range l {
		l[i] /= sum
	}
	return l
}
