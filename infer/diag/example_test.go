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

// Ranks of a sampler whose draws are too narrow: too many at both ends.
func ExampleRanks() {
	r := rand.New(rand.NewPCG(1, 2))
	ranks := diag.Ranks{Of: 99}
	for range 200 {
		truth := r.NormFloat64() // of the prior, without data
		draws := make([]float64, ranks.Of)
		for i := range draws {
			draws[i] = 0.6 * r.NormFloat64()
		}
		ranks.Ranks = append(ranks.Ranks, diag.Rank(truth, draws))
	}
	e := ranks.ECDF(0.95)
	fmt.Println(ranks.Histogram(5), "uniform:", e.Inside())
	// Output:
	// [72 29 20 27 52] uniform: false
}
