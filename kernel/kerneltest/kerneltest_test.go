package kerneltest

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/rng"
)

// recorder keeps what a check says; Fatal ends the check by a panic.
type recorder struct{ said []string }

var errFatal = errors.New("fatal")

func (r *recorder) Error(args ...any)            { r.said = append(r.said, fmt.Sprint(args...)) }
func (r *recorder) Errorf(f string, args ...any) { r.said = append(r.said, fmt.Sprintf(f, args...)) }
func (r *recorder) Fatal(args ...any)            { r.Error(args...); panic(errFatal) }
func (r *recorder) Fatalf(f string, args ...any) { r.Errorf(f, args...); panic(errFatal) }

// failing returns the names of the checks that k fails.
func failing(k kernel.Kernel) map[string]bool {
	out := map[string]bool{}
	for _, c := range checks(k, 2) {
		r := &recorder{}
		func() {
			defer func() {
				if v := recover(); v != nil && v != errFatal {
					panic(v)
				}
			}()
			c.run(r)
		}()
		if len(r.said) > 0 {
			out[c.name] = true
		}
	}
	return out
}

// good is a right kernel, in whose place each of the others is wrong in one thing.
type good struct{ rbf kernel.RBF }

func newGood() good {
	return good{kernel.RBF{Variance: 1.5, Lengthscale: kernel.Shared(0.8)}}
}

func (g good) Cov(dst, x, y *mat.Dense)              { g.rbf.Cov(dst, x, y) }
func (g good) Diag(dst []float64, x *mat.Dense)      { g.rbf.Diag(dst, x) }
func (g good) Params() []kernel.Param                { return g.rbf.Params() }
func (g good) InputGrad(dst, w, kv, x, y *mat.Dense) { g.rbf.InputGrad(dst, w, kv, x, y) }

func (g good) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	g.rbf.ParamGrad(dst, w, kv, x, y)
}

func (g good) WithParams(theta []float64) kernel.Kernel {
	return good{g.rbf.WithParams(theta).(kernel.RBF)}
}

func (g good) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return g.rbf.Basis(d, o, key)
}

// halved embeds a kernel and overrides its values alone: all else that it has by
// promotion, gradients, parameters, features, is of another kernel.
type halved struct{ kernel.RBF }

func (k halved) Cov(dst, x, y *mat.Dense) {
	k.RBF.Cov(dst, x, y)
	dst.Scale(0.5, dst)
}

func (k halved) Diag(dst []float64, x *mat.Dense) {
	k.RBF.Diag(dst, x)
	for i := range dst {
		dst[i] *= 0.5
	}
}

// deeper embeds it once more.
type deeper struct{ halved }

type asymmetric struct{ good }

func (k asymmetric) Cov(dst, x, y *mat.Dense) {
	k.good.Cov(dst, x, y)
	dst.Set(0, 1, dst.At(0, 1)+1e-6)
}

type wrongDiag struct{ good }

func (k wrongDiag) Diag(dst []float64, x *mat.Dense) {
	k.good.Diag(dst, x)
	dst[2] *= 1 + 1e-9
}

// indefinite is a distance and not a covariance.
type indefinite struct{ good }

func (k indefinite) Cov(dst, x, y *mat.Dense) {
	k.good.Cov(dst, x, y)
	dst.Apply(func(_, _ int, v float64) float64 { return 3 - v }, dst)
}
func (k indefinite) Diag(dst []float64, x *mat.Dense) {
	for i := range dst {
		dst[i] = 1.5
	}
}

// adding forgets that Cov sets.
type adding struct{ good }

func (k adding) Cov(dst, x, y *mat.Dense) {
	n, _ := x.Dims()
	m, _ := y.Dims()
	t := mat.NewDense(n, m, nil)
	k.good.Cov(t, x, y)
	dst.Add(dst, t)
}

// whole makes a row depend on the other rows.
type whole struct{ good }

func (k whole) Cov(dst, x, y *mat.Dense) {
	k.good.Cov(dst, x, y)
	n, _ := x.Dims()
	dst.Scale(1+1e-15*float64(n), dst)
}

// stuck ignores new values.
type stuck struct{ good }

func (k stuck) WithParams([]float64) kernel.Kernel { return k }

type outside struct{ good }

func (k outside) Params() []kernel.Param {
	p := k.good.Params()
	p[0].Upper = 1
	return p
}

type sameNames struct{ good }

func (k sameNames) Params() []kernel.Param {
	p := k.good.Params()
	p[1].Name = p[0].Name
	return p
}

type wrongParamGrad struct{ good }

func (k wrongParamGrad) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	k.good.ParamGrad(dst, w, kv, x, y)
	dst[1] *= 1.001
}

// setting forgets that gradients are added.
type setting struct{ good }

func (k setting) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	clear(dst)
	k.good.ParamGrad(dst, w, kv, x, y)
}

type wrongInputGrad struct{ good }

func (k wrongInputGrad) InputGrad(dst, w, kv, x, y *mat.Dense) {
	t := mat.DenseCopyOf(dst)
	k.good.InputGrad(dst, w, kv, x, y)
	t.Sub(t, dst)
	t.Scale(2, t)
	dst.Add(dst, t) // the sign
}

// nilBlock does not accept a missing block of values: it takes it for zeros.
type nilBlock struct{ good }

func (k nilBlock) ParamGrad(dst []float64, w, kv, x, y *mat.Dense) {
	if kv != nil {
		k.good.ParamGrad(dst, w, kv, x, y)
	}
}

// wrongBasis is the basis of another lengthscale.
type wrongBasis struct{ good }

func (k wrongBasis) Basis(d int, o basis.Options, key rng.Key) (basis.Basis, error) {
	return kernel.RBF{Variance: 1.5, Lengthscale: kernel.Shared(0.7)}.Basis(d, o, key)
}

type notANumber struct{ good }

func (k notANumber) Cov(dst, x, y *mat.Dense) {
	k.good.Cov(dst, x, y)
	dst.Set(1, 0, math.NaN())
}

func TestFaultyKernelsFail(t *testing.T) {
	if f := failing(newGood()); len(f) > 0 {
		t.Fatalf("a right kernel fails %v", f)
	}
	if f := failing(&kernel.RBF{Variance: 1.5, Lengthscale: kernel.Shared(0.8)}); len(f) > 0 {
		t.Fatalf("a pointer to a kernel fails %v", f)
	}
	for _, c := range []struct {
		k    kernel.Kernel
		want string
	}{
		{asymmetric{newGood()}, "values"},
		{wrongDiag{newGood()}, "values"},
		{indefinite{newGood()}, "values"},
		{adding{newGood()}, "values"},
		{whole{newGood()}, "values"},
		{notANumber{newGood()}, "values"},
		{stuck{newGood()}, "parameters"},
		{outside{newGood()}, "parameters"},
		{sameNames{newGood()}, "parameters"},
		{wrongParamGrad{newGood()}, "parameter gradient"},
		{setting{newGood()}, "parameter gradient"},
		{nilBlock{newGood()}, "parameter gradient"},
		{wrongInputGrad{newGood()}, "input gradient"},
		{wrongBasis{newGood()}, "basis"},
		{halved{newGood().rbf}, "type"},
		{halved{newGood().rbf}, "parameter gradient"},
		{deeper{halved{newGood().rbf}}, "type"},
		{kernel.Add(halved{newGood().rbf}, newGood()), "type"},
	} {
		if f := failing(c.k); !f[c.want] {
			t.Errorf("%T fails %v, want %s", c.k, f, c.want)
		}
	}
}
