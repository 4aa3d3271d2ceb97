package probtest_test

import (
	"fmt"

	"matheron/prob"
	"matheron/prob/probtest"
)

// A test of a distribution calls probtest.Test; Check is the same for any other
// place.
func Example() {
	fmt.Println(probtest.Check(prob.Gamma{Shape: 2, Rate: 3}))
	// Output: <nil>
}
