package emulate

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/function"
	"matheron/internal/parallel"
)

// ByPath returns functions that are evaluated one at a time, in parallel, as
// [function.Functions] with [function.EvalerTo] and [function.EachEvaler]: for a set
// that has no such ability of its own. It panics if the set is empty or inputs is not
// positive.
func ByPath[F function.Evaler](set function.Set[F], inputs int) function.Functions {
	n := set.Len()
	if n < 1 || inputs < 1 {
		panic(fmt.Sprintf("emulate: %d functions of %d inputs", n, inputs))
	}
	fs := make([]function.Evaler, n)
	for i := range fs {
		fs[i] = set.Path(i)
	}
	return byPath{fs, inputs}
}

type byPath struct {
	fs     []function.Evaler
	inputs int
}

func (b byPath) Len() int    { return len(b.fs) }
func (b byPath) Inputs() int { return b.inputs }

func (b byPath) Eval(x *mat.Dense) *mat.Dense {
	n, _ := x.Dims()
	dst := mat.NewDense(len(b.fs), n, nil)
	b.EvalTo(dst, x)
	return dst
}

func (b byPath) EvalTo(dst, x *mat.Dense) {
	parallel.Do(0, len(b.fs), func(_, s int) { b.fs[s].Eval(dst.RawRowView(s), x) })
}

func (b byPath) EvalEach(xs []*mat.Dense) [][]float64 {
	out := make([][]float64, len(b.fs))
	parallel.Do(0, len(b.fs), func(_, s int) { out[s] = b.fs[s].Eval(nil, xs[s]) })
	return out
}
