package infer_test

import (
	"context"
	"fmt"
	"math"

	"matheron/infer"
	"matheron/infer/diag"
	"matheron/rng"
)

// rate is the posterior of the log of a Poisson rate, u = log lambda, with lambda ~
// Gamma(2, 1), given counts: Gamma(2 + sum, 1 + n) and the Jacobian of the logarithm.
type rate struct {
	counts []float64
}

func (r rate) Dim() int { return 1 }

func (r rate) LogProbGrad(grad, x []float64) float64 {
	shape, per := 2.0, 1.0
	for _, c := range r.counts {
		shape += c
		per++
	}
	lambda := math.Exp(x[0])
	grad[0] = shape - per*lambda
	return shape*x[0] - per*lambda
}

var counts = rate{[]float64{3, 5, 2, 4, 4, 6}}

func ExampleNUTS_Run() {
	draws, err := infer.NUTS{}.Run(context.Background(), counts, infer.Run{Key: rng.New(1), Warmup: 500, Draws: 1000, Chains: 4})
	if err != nil {
		fmt.Println(err)
		return
	}
	lambda := draws.Coordinate(0)
	for _, chain := range lambda {
		for i, u := range chain {
			chain[i] = math.Exp(u)
		}
	}
	fmt.Print(diag.Summarize([]string{"lambda"}, [][][]float64{lambda}))
	fmt.Printf("exact   %.3f  %.3f\n", 26./7, math.Sqrt(26)/7)
	fmt.Println(draws.Divergences(), "divergences")
	// Output:
	//          mean     sd  hdi_3%  hdi_97%  mcse_mean  mcse_sd  ess_bulk  ess_tail  r_hat
	// lambda  3.695  0.712   2.466    5.093      0.018    0.011    1606.0    2014.0    1.0
	// exact   3.714  0.728
	// 0 divergences
}

func ExampleHMC_Run() {
	// Going on from a run: the draws that a longer one would have made.
	run := infer.Run{Key: rng.New(1), Warmup: 200, Draws: 100, Chains: 2}
	first, _ := infer.HMC{}.Run(context.Background(), counts, run)
	run.From = first
	second, _ := infer.HMC{}.Run(context.Background(), counts, run)

	whole, _ := infer.HMC{}.Run(context.Background(), counts, infer.Run{Key: rng.New(1), Warmup: 200, Draws: 200, Chains: 2})
	fmt.Println(second.Chains[1].At(99)[0] == whole.Chains[1].At(199)[0])
	// Output: true
}

func ExampleNUTS_Transition() {
	// A chain by hand: state in, state out.
	target := counts
	step := infer.NUTS{}.Transition(target)
	warm, err := infer.NUTS{}.Warmup().Run(context.Background(), target, step, infer.NewState(target, []float64{0}), rng.New(1), 300)
	if err != nil {
		fmt.Println(err)
		return
	}
	state, sum := warm.State, 0.0
	for i := range 4000 {
		step.Step(&state, state, warm.Tuning, rng.New(2).Split(i))
		sum += math.Exp(state.X[0]) / 4000
	}
	fmt.Printf("%.2f, exactly %.2f\n", sum, 26./7)
	// Output:
	// 3.70, exactly 3.71
}

func ExampleNewLaplace() {
	ctx := context.Background()
	mode, err := infer.MAP{Key: rng.New(1)}.Run(ctx, counts)
	if err != nil {
		fmt.Println(err)
		return
	}
	l, err := infer.NewLaplace(ctx, counts, mode.X)
	if err != nil {
		fmt.Println(err)
		return
	}
	lg, _ := math.Lgamma(26)
	fmt.Printf("log lambda is %.4f +- %.4f\n", l.Mean()[0], l.SD()[0])
	fmt.Printf("log evidence %.3f, exactly %.3f\n", l.LogEvidence, lg-26*math.Log(7))
	// Output:
	// log lambda is 1.3122 +- 0.1961
	// log evidence 7.407, exactly 7.410
}

func ExampleSVI_Run() {
	fit, err := infer.SVI{Key: rng.New(1)}.Run(context.Background(), counts)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(fit.Status)
	fmt.Printf("log lambda is %.2f +- %.2f, ELBO %.2f\n", fit.Mean()[0], fit.SD()[0], fit.ELBO)
	// Output:
	// converged
	// log lambda is 1.29 +- 0.20, ELBO 7.41
}
