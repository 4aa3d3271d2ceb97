package optimize_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"matheron/optimize"
)

// The first step is the rate, whatever the size of the gradient; the next ones
// follow the recursion, by hand for gradients 1 and then -0.5.
func TestAdamSteps(t *testing.T) {
	a := optimize.NewAdam(2)
	x := []float64{0, 0}
	a.Step(x, []float64{1, 1e-3}, 0.1)
	for i, v := range x {
		// epsilon is 1e-5 of the smaller gradient.
		if math.Abs(v+0.1) > 2e-6 {
			t.Errorf("first step %d: %v, want -0.1", i, v)
		}
	}
	before := x[0]
	a.Step(x, []float64{-0.5, 1e-3}, 0.1)
	m, v := 0.9*0.1+0.1*-0.5, 0.999*0.001+0.001*0.25
	want := before - 0.1*(m/(1-0.81))/math.Sqrt(v/(1-0.999*0.999))
	if math.Abs(x[0]-want) > 1e-8 { // epsilon
		t.Errorf("second step to %v, want %v", x[0], want)
	}
}

// On a quadratic with noise in its gradient and a falling rate the iterate ends
// within the noise that the last rates leave.
func TestAdamFindsMinimum(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	a := optimize.NewAdam(3)
	x, top := []float64{5, -3, 40}, []float64{1, 2, -3}
	grad := make([]float64, 3)
	const steps = 4000
	for s := range steps {
		for i := range grad {
			grad[i] = math.Pow(10, float64(i))*(x[i]-top[i]) + r.NormFloat64()
		}
		a.Step(x, grad, 0.1*(1-float64(s)/steps))
	}
	for i := range x {
		// The rate is below 0.01 for 400 steps, each in a direction that noise
		// decides: a random walk of that step and correlation time 10.
		if math.Abs(x[i]-top[i]) > 0.3 {
			t.Errorf("x[%d] = %v, want %v", i, x[i], top[i])
		}
	}
}

func TestAdamPanics(t *testing.T) {
	defer func() {
		if r := recover(); r != "optimize: Adam: 2 variables and 3 derivatives, want 2" {
			t.Errorf("panic %v", r)
		}
	}()
	optimize.NewAdam(2).Step(make([]float64, 2), make([]float64, 3), 1)
}
