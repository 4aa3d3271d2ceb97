package infer

import (
	"fmt"
	"runtime"
)

// Explainer is a Target that can say why its density is zero at a point: a program
// names the site. Errors about a start carry what it says.
type Explainer interface {
	Explain(x []float64) error
}

// explain returns why t has no density at x, or nil where t cannot say.
func explain(t Target, x []float64) error {
	if s, ok := t.(share); ok {
		t = s.Spreader
	}
	if e, ok := t.(Explainer); ok {
		return e.Explain(x)
	}
	return nil
}

// failed is deferred around work on a target. A target that cannot be evaluated
// panics with an error, as a program does whose sites change: that becomes *err,
// after a prefix. Every other panic is a mistake of the code, and goes on.
func failed(err *error, prefix string) {
	switch r := recover().(type) {
	case nil:
	case runtime.Error:
		panic(r)
	case error:
		*err = fmt.Errorf("%s%w", prefix, r)
	default:
		panic(r)
	}
}
