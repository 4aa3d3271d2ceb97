package progress_test

import (
	"fmt"
	"math"

	"matheron/progress"
)

func ExampleUpdate() {
	fmt.Println(progress.Update{Stage: "draws", Part: 2, Parts: 4, Done: 120, Total: 1000, Value: math.NaN(), Divergences: 3})
	fmt.Println(progress.Update{Stage: "epochs", Done: 7, Total: 50, Value: -12.25})
	progress.Func(nil).Report(progress.Update{}) // tells nobody
	// Output:
	// draws, 2 of 4: 120 of 1000, 3 divergences
	// epochs: 7 of 50, value -12.25
}
