package diag_test

import (
	"fmt"
	"math/rand/v2"

	"matheron/infer/diag"
)

func ExampleSummarize() {
	r := rand.New(rand.NewPCG(1, 2))
	height := make([][]float64, 4)
	weight := make([][]float64, 4)
	for c := range height {
		for range 500 {
			height[c] = append(height[c], 170+8*r.NormFloat64())
			weight[c] = append(weight[c], 65+float64(c)+9*r.NormFloat64())
		}
	}
	fmt.Print(diag.Summarize([]string{"height", "weight"}, [][][]float64{height, weight}))
	// Output:
	//            mean     sd   hdi_3%  hdi_97%  mcse_mean  mcse_sd  ess_bulk  ess_tail  r_hat
	// height  170.255  7.999  156.139  186.319      0.179    0.126    1996.0    1669.0   1.00
	// weight   66.626  8.993   48.963   82.135      0.226    0.147    1583.0    1704.0   1.01
}
