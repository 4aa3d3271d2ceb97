package ppltest_test

import (
	"fmt"
	"testing"

	"matheron/ad"
	"matheron/ppl"
	"matheron/ppl/ppltest"
	"matheron/prob"
	"matheron/rng"
)

// A density written on the tape without the term of its scale's derivative.
func ExampleTestModel() {
	model := func(c *ppl.Context) {
		scale := c.Sample("scale", ppl.Of(prob.HalfNormal{SD: 1}))
		c.Factor("data", ad.Neg(ad.Log(ad.StopGradient(scale))))
	}
	r := &recorder{TB: new(testing.T)}
	ppltest.TestModel(r, model, rng.New(1))
	fmt.Println(len(r.errors) > 0)
	// Output:
	// true
}
