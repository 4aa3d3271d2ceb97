package pathtest_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/pathwise/pathtest"
)

// forgetful evaluates lines, but at most two points of a call.
type forgetful struct{ lines }

func (f forgetful) Eval(x *mat.Dense) *mat.Dense {
	v := f.lines.Eval(x)
	for s := range f.Len() {
		for i, row := 2, v.RawRowView(s); i < len(row); i++ {
			row[i] = 0
		}
	}
	return v
}

func Example() {
	o := pathtest.Options{Points: mat.NewDense(4, 2, []float64{0, 0, 1, 0.5, -0.3, 2, 0.7, -1})}
	fmt.Println(pathtest.Check(onlyValues{newLines(100)}, o))
	fmt.Println(pathtest.Check(onlyValues{forgetful{newLines(100)}}, o) != nil)
	// Output:
	// <nil>
	// true
}
