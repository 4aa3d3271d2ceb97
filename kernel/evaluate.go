package kernel

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/gram"
)

// Compile returns what package internal/gram evaluates of k: plan, if k differs from
// the kernel that it was compiled from in the values of parameters alone, and a new plan
// otherwise. It appends these values to theta. It is the way in for the packages of this
// module, which evaluate one structure again and again; all others call the methods of
// k, which give the same numbers.
//
// K is a [Kernel]: its own type in place of the interface keeps a kernel that is made
// where Compile is called off the heap.
func Compile[K Kernel](k K, plan *gram.Plan, theta []float64) (*gram.Plan, []float64) {
	if plan == nil || !sameStructure(plan.Source.(Kernel), k) {
		plan = compile(k)
	}
	theta, ok := appendKnown(theta, k)
	if !ok {
		theta = appendForeign(theta, k)
	}
	return plan, theta
}

func compile(k Kernel) *gram.Plan {
	params := Params(k)
	whites, err := whitesOf(k)
	if e := checkTypes(k); e != nil {
		err = e
	}
	p := &gram.Plan{
		Model: model(k), Source: k, Whites: whites, WhiteGrad: make([]float64, len(params)),
		Check: func(theta []float64) error {
			if err != nil {
				return err
			}
			for i, v := range theta {
				if q := &params[i]; !q.inside(v) {
					e := &ParamError{*q}
					e.Param.Value = v
					return e
				}
			}
			return nil
		},
	}
	for _, w := range whites {
		if w.Param >= 0 {
			p.WhiteGrad[w.Param] += w.Factor
		}
	}
	return p
}

// model returns the structure of k.
func model(k Kernel) gram.Model {
	switch f := Open(k); f.Op {
	case SumOf:
		m := gram.Sum{Terms: models(f.Parts), Silent: make([]bool, len(f.Parts))}
		for i, c := range f.Parts {
			m.Silent[i] = isWhite(c)
		}
		return m
	case ProductOf:
		if len(f.Parts) == 0 {
			panic("kernel: an empty Product")
		}
		return gram.Product{Factors: models(f.Parts)}
	case ScaleOf:
		return gram.Scaled{Model: model(f.Inner), Factor: f.Factor}
	case ColumnsOf:
		return gram.Columns{Model: model(f.Inner), Columns: f.Columns}
	case FixedOf:
		return gram.Fixed{Model: model(f.Inner), All: appendValues(nil, f.Inner), Free: f.Free}
	}
	if f := FamilyOf(k); f != nil {
		return f.model(k)
	}
	return own{k, appendValues(nil, k)}
}

func models(ks []Kernel) []gram.Model {
	out := make([]gram.Model, len(ks))
	for i, k := range ks {
		out[i] = model(k)
	}
	return out
}

// cross returns k against the rows of y.
func cross(k Kernel, y *mat.Dense) *gram.Cross {
	return gram.Against(model(k), appendValues(nil, k), y)
}

// cov implements [Kernel] for the kernels of this package.
func cov(k Kernel, dst, x, y *mat.Dense) { cross(k, y).Cov(dst, x, new(gram.Scratch)) }

// diag implements [Kernel] for the kernels of this package.
func diag(k Kernel, dst []float64, x *mat.Dense) {
	if n, _ := x.Dims(); len(dst) != n {
		panic(fmt.Sprintf("kernel: a diagonal of %d for %d points", len(dst), n))
	}
	model(k).Diag(dst, appendValues(nil, k), x)
}

// paramGrad implements [ParamGrader] for the kernels of this package.
func paramGrad(k Kernel, dst []float64, w, kv, x, y *mat.Dense) {
	if n := paramCount(k); len(dst) != n {
		panic(fmt.Sprintf("kernel: %s has %d parameters, got a gradient of %d", typeName(k), n, len(dst)))
	}
	cross(k, y).ParamGrad(dst, w, kv, x, new(gram.Scratch))
}

// inputGrad implements [InputGrader] for the kernels of this package.
func inputGrad(k Kernel, dst, w, kv, x, y *mat.Dense) {
	cross(k, y).InputGrad(dst, w, kv, x, new(gram.Scratch))
}

// WhiteVariance returns the variance that the white terms of k add to each
// observation, and its derivative to each of Params(k). White noise inside a
// product is an error.
func WhiteVariance(k Kernel) (variance float64, grad []float64, err error) {
	whites, err := whitesOf(k)
	if err != nil {
		return 0, nil, err
	}
	p, theta := gram.Plan{Whites: whites}, appendValues(nil, k)
	grad = make([]float64, len(theta))
	for _, w := range whites {
		if w.Param >= 0 {
			grad[w.Param] += w.Factor
		}
	}
	return p.White(theta), grad, nil
}

// whitesOf returns the white terms of k.
func whitesOf(k Kernel) ([]gram.White, error) {
	f := Open(k)
	switch f.Op {
	case LeafOf:
		if isWhite(k) {
			return []gram.White{{Factor: 1}}, nil
		}
		return nil, nil
	case SumOf:
		var out []gram.White
		at := 0
		for i, c := range f.Parts {
			ws, err := whitesOf(c)
			if err != nil {
				return nil, fmt.Errorf("sum.%d.%w", i, err)
			}
			for _, w := range ws {
				if w.Param >= 0 {
					w.Param += at
				}
				out = append(out, w)
			}
			at += paramCount(c)
		}
		return out, nil
	case ProductOf:
		return nil, Walk(k, func(l Leaf) error {
			if isWhite(l.Kernel) {
				return fmt.Errorf("%s: white noise cannot be a factor", l.Name)
			}
			return nil
		})
	}
	ws, err := whitesOf(f.Inner)
	var all []float64
	if f.Op == FixedOf {
		all = appendValues(nil, f.Inner)
	}
	for i := range ws {
		switch w := &ws[i]; {
		case f.Op == ScaleOf:
			w.Factor *= f.Factor
		case f.Op == FixedOf && w.Param >= 0:
			at := slices.Index(f.Free, w.Param)
			if at < 0 {
				w.Value = all[w.Param]
			}
			w.Param = at
		}
	}
	return ws, err
}
