package basistest_test

import (
	"math"
	"os"
	"os/exec"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel/basis"
	"matheron/kernel/basis/basistest"
)

// quadratic has the features x_0^2 and 1 and one fault at a time.
type quadratic struct{ fault string }

func (q quadratic) Len() int { return 2 }

func (q quadratic) Eval(dst, x *mat.Dense) {
	n, _ := x.Dims()
	if r, c := dst.Dims(); q.fault != "shapes" && (r != n || c != 2) {
		panic("quadratic: shape")
	}
	for i := range n {
		v := x.At(i, 0)
		dst.Set(i, 0, v*v)
		dst.Set(i, 1, 1)
		switch q.fault {
		case "eval":
			dst.Set(i, 1, math.Log(v))
		case "rows":
			dst.Set(i, 1, 1+1e-15*float64(n))
		}
	}
}

func (q quadratic) InputGrad(dst, w, x *mat.Dense) {
	n, d := x.Dims()
	wr, wc := w.Dims()
	if r, c := dst.Dims(); q.fault != "shapes" && (r != n || c != d || wc != 2 || wr != n && wr != 1) {
		panic("quadratic: shape")
	}
	for i := range n {
		k := i
		if wr == 1 {
			k = 0
		}
		g := 2 * x.At(i, 0) * w.At(k, 0)
		switch {
		case q.fault == "gradient":
			g *= 1.0001
		case q.fault == "broadcast" && wr == 1:
			g += 1
		}
		if q.fault == "sets" {
			dst.Set(i, 0, g)
		} else {
			dst.Set(i, 0, dst.At(i, 0)+g)
		}
	}
}

func TestAcceptsARightBasis(t *testing.T) {
	basistest.Test(t, quadratic{}, 1)
	basistest.Test(t, quadratic{}, 3)
}

// faultName selects the fault in the test process that TestFindsFaults starts.
const faultName = "BASISTEST_FAULT"

// TestFindsFaults runs the kit on wrong bases in a process of their own, since
// a failure of the kit is a failure of its test.
func TestFindsFaults(t *testing.T) {
	if f := os.Getenv(faultName); f != "" {
		basistest.Test(t, quadratic{f}, 2)
		return
	}
	var _ basis.Basis = quadratic{}
	for _, f := range []string{"eval", "gradient", "sets", "broadcast", "rows", "shapes"} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestFindsFaults$")
		cmd.Env = append(os.Environ(), faultName+"="+f)
		if out, err := cmd.CombinedOutput(); err == nil {
			t.Errorf("fault %q is not found:\n%s", f, out)
		}
	}
}
