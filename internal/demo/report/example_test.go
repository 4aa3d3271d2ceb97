package report_test

import (
	"fmt"

	"matheron/internal/demo"
	"matheron/internal/demo/report"
)

// A part is text as soon as its result is there.
func ExamplePart_Text() {
	p := report.Part{
		Section: demo.Section{Key: "policy", Title: "A policy in uncertain dynamics"},
		Tables: []report.Table{{Head: []string{"return", "value"}, Rows: [][]string{
			{"over the functions", "-57.1 ± 6.0"},
			{"along the mean", "-33.75"},
		}}},
	}
	fmt.Print(p.Text())
	// Output:
	// A policy in uncertain dynamics
	//   return              value
	//   over the functions  -57.1 ± 6.0
	//   along the mean      -33.75
}
