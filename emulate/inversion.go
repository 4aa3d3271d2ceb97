package emulate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
)

// Inversion is an inverse problem: which input u of a simulator gave the outputs
// that were observed. The simulator, or a function drawn in its place, is a
// function of u alone, or of u followed by settings that are known for each
// observation, such as times or places:
//
//	log p(u | y, f) = log p(u) + log p(y | f_1(u, c_1), ..., f_J(u, c_K)) + constant.
//
// A simulator of J outputs is J functions. The likelihood sees J K numbers: the
// first output at all settings, then the second.
type Inversion struct {
	// Prior of u.
	Prior Target
	// Likelihood of what was observed.
	Likelihood Likelihood
	// Settings has a row for each of the K observations. nil means a single
	// observation of f(u), K = 1.
	Settings *mat.Dense
}

// settings returns K and the number of columns of the settings.
func (v Inversion) settings() (k, c int) {
	if v.Settings == nil {
		return 1, 0
	}
	return v.Settings.Dims()
}

// check panics on misuse.
func (v Inversion) check() {
	if v.Prior == nil || v.Likelihood == nil {
		panic("emulate: an inversion needs a prior and a likelihood")
	}
	if v.Prior.Dim() < 1 {
		panic("emulate: a prior of no dimension")
	}
}

// set writes the points (u, c_k) to the rows of x from the first.
func (v Inversion) set(x *mat.Dense, first int, u []float64) {
	k, _ := v.settings()
	for i := range k {
		row := x.RawRowView(first + i)
		n := copy(row, u)
		if v.Settings != nil {
			copy(row[n:], v.Settings.RawRowView(i))
		}
	}
}

// checkDraws panics unless outputs are functions of u and the settings, and equally
// many of each output. It returns how many.
func (v Inversion) checkDraws(outputs []function.Functions) int {
	v.check()
	if len(outputs) == 0 {
		panic("emulate: an inversion of no outputs")
	}
	_, c := v.settings()
	for j, d := range outputs {
		if d.Inputs() != v.Prior.Dim()+c {
			panic(fmt.Sprintf("emulate: output %d has %d inputs, not %d and %d settings", j, d.Inputs(), v.Prior.Dim(), c))
		}
		if d.Len() < 1 || d.Len() != outputs[0].Len() {
			panic(fmt.Sprintf("emulate: output %d has %d draws and output 0 has %d", j, d.Len(), outputs[0].Len()))
		}
	}
	return outputs[0].Len()
}

// OnPath returns the posterior of the input with one function for each output of
// the simulator: a path in its place, or the simulator itself. The function is the
// same one wherever a sampler goes. With a chain for each of many paths, [Pool] has
// the result, which knows how uncertain the surrogate is.
//
// A call costs the functions' values and gradients at K points. Functions that are a
// [function.Evaler] as well, as paths are, are evaluated at all of them together.
func (v Inversion) OnPath(outputs ...function.GradFunction) Target {
	v.check()
	if len(outputs) == 0 {
		panic("emulate: an inversion of no outputs")
	}
	t := pathTarget{v, outputs, nil}
	for _, path := range outputs {
		t.eval = append(t.eval, function.Evaluator(path))
	}
	return t
}

// OnPaths returns [Inversion.OnPath] for path s of each output, for every s.
func (v Inversion) OnPaths(outputs ...[]function.GradFunction) []Target {
	if len(outputs) == 0 {
		panic("emulate: an inversion of no outputs")
	}
	out := make([]Target, len(outputs[0]))
	for s := range out {
		fs := make([]function.GradFunction, len(outputs))
		for j, paths := range outputs {
			if len(paths) != len(out) {
				panic(fmt.Sprintf("emulate: output %d has %d paths and output 0 has %d", j, len(paths), len(out)))
			}
			fs[j] = paths[s]
		}
		out[s] = v.OnPath(fs...)
	}
	return out
}

type pathTarget struct {
	v       Inversion
	outputs []function.GradFunction
	eval    []func(dst []float64, x *mat.Dense) []float64 // of each
}

// Dim implements [Target].
func (t pathTarget) Dim() int { return t.v.Prior.Dim() }

// LogProbGrad implements [Target].
func (t pathTarget) LogProbGrad(grad, u []float64) float64 {
	checkPoint(t.Dim(), grad, u)
	lp := t.v.Prior.LogProbGrad(grad, u)
	if !finite(lp) {
		return outside(grad)
	}
	k, c := t.v.settings()
	x := mat.NewDense(k, len(u)+c, nil)
	t.v.set(x, 0, u)
	f, df := make([]float64, len(t.outputs)*k), make([]float64, len(t.outputs)*k)
	for j, eval := range t.eval {
		eval(f[j*k:(j+1)*k], x)
	}
	ll := t.v.Likelihood.LogProbGrad(df, f)
	if !finite(ll) {
		return outside(grad)
	}
	g := make([]float64, len(u)+c)
	for j, path := range t.outputs {
		for i := range k {
			g = path.Grad(g, x.RawRowView(i))
			for d := range grad {
				grad[d] += df[j*k+i] * g[d]
			}
		}
	}
	return lp + ll
}

// LogLikelihoods returns log p(y | f_s(u)) for each draw s of the outputs and each
// row u of inputs, S x G: for quadrature over a grid of inputs, and for weights of
// the draws. It needs no gradient.
func (v Inversion) LogLikelihoods(inputs *mat.Dense, outputs ...function.Functions) *mat.Dense {
	s := v.checkDraws(outputs)
	g, dim := inputs.Dims()
	if dim != v.Prior.Dim() {
		panic(fmt.Sprintf("emulate: inputs of %d columns for a prior of %d", dim, v.Prior.Dim()))
	}
	k, c := v.settings()
	x := mat.NewDense(g*k, dim+c, nil)
	for i := range g {
		v.set(x, i*k, inputs.RawRowView(i))
	}
	values := evalAll(outputs, x)
	out := mat.NewDense(s, g, nil)
	f, df := make([]float64, len(outputs)*k), make([]float64, len(outputs)*k)
	for i := range s {
		for p := range g {
			for j := range outputs {
				copy(f[j*k:(j+1)*k], values[j].RawRowView(i)[p*k:(p+1)*k])
			}
			out.Set(i, p, v.Likelihood.LogProbGrad(df, f))
		}
	}
	return out
}

// evalAll returns the values of all outputs at the rows of x, S x N each.
func evalAll(outputs []function.Functions, x *mat.Dense) []*mat.Dense {
	out := make([]*mat.Dense, len(outputs))
	for j, d := range outputs {
		out[j] = function.Eval(d, x)
	}
	return out
}

func finite(x float64) bool { return x-x == 0 }

// outside is the answer where the density is zero or not a number.
func outside(grad []float64) float64 {
	clear(grad)
	return math.Inf(-1)
}
