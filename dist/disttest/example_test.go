package disttest_test

import (
	"fmt"

	"matheron/dist"
	"matheron/dist/disttest"
)

// A test of a distribution calls disttest.Test; Check is the same for any other
// place.
func Example() {
	fmt.Println(disttest.Check(dist.Gamma{Shape: 2, Rate: 3}))
	// Output: <nil>
}
