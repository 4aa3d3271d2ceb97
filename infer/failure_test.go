package infer

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"matheron/rng"
)

// errBroken is what the targets of these tests panic with.
var errBroken = errors.New("broken")

// breaking is a normal target that panics with a value beyond x = 1.
type breaking struct{ with any }

func (breaking) Dim() int { return 1 }

func (b breaking) LogProbGrad(grad, x []float64) float64 {
	if x[0] > 1 {
		panic(b.with)
	}
	grad[0] = -x[0]
	return -x[0] * x[0] / 2
}

// The error that a target panics with is the error of the run, which returns the draws
// so far, and of every other algorithm.
func TestTargetThatFailsIsAnError(t *testing.T) {
	ctx, target := context.Background(), breaking{errBroken}
	for name, run := range map[string]func(context.Context, Target, Run) (*Draws, error){"NUTS": NUTS{}.Run, "HMC": HMC{}.Run} {
		// With such a small step the first draws stay near the start.
		first, err := run(ctx, normalTarget(1), Run{Key: rng.New(1), Warmup: 50, Draws: 1, Chains: 2, Init: [][]float64{{-0.5}}})
		if err != nil {
			t.Fatal(err)
		}
		for c := range first.Chains {
			first.Chains[c].Tuning.StepSize = 0.01
		}
		d, err := run(ctx, target, Run{Key: rng.New(1), Draws: 2000, From: first})
		if !errors.Is(err, errBroken) || !strings.HasPrefix(err.Error(), "chain ") {
			t.Errorf("%s: error %v", name, err)
		}
		if d.Len() == 0 {
			t.Errorf("%s: no draw was kept", name)
		}
		for c := range d.Chains {
			for i := range d.Chains[c].Len() {
				if x := d.Chains[c].At(i)[0]; x > 1 {
					t.Errorf("%s: draw %v is where the target fails", name, x)
				}
			}
		}
	}
	if _, err := (NUTS{}).Run(ctx, target, Run{Key: rng.New(1), Warmup: 100}); !errors.Is(err, errBroken) {
		t.Errorf("in the warm-up: %v", err)
	}
	if _, err := (SVI{Key: rng.New(1)}).Run(ctx, target); !errors.Is(err, errBroken) {
		t.Errorf("SVI: %v", err)
	}
	if _, err := NewLaplace(ctx, target, []float64{1.5}); !errors.Is(err, errBroken) {
		t.Errorf("Laplace: %v", err)
	}
	// The density rises towards the points where the target fails, so that a search
	// reaches them.
	rising := funcTarget{1, func(grad, x []float64) float64 {
		target.LogProbGrad(grad, x)
		grad[0] = 1
		return x[0]
	}}
	for _, start := range []float64{1.5, 0.5} {
		_, err := MAP{Init: [][]float64{{start}}, Key: rng.New(1)}.Run(ctx, rising)
		if !errors.Is(err, errBroken) || !strings.HasPrefix(err.Error(), "start 0: ") {
			t.Errorf("MAP from %v: %v", start, err)
		}
	}
}

// Any other panic is a mistake in the code and goes on.
func TestOtherPanicsGoOn(t *testing.T) {
	var none []int
	for name, target := range map[string]Target{
		"text": breaking{"user code"},
		"runtime": funcTarget{1, func(grad, x []float64) float64 {
			return float64(none[3])
		}},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			NUTS{}.Run(context.Background(), target, Run{Key: rng.New(1), Warmup: 100})
		}()
	}
}

// nowhere has no density, and says why.
type nowhere struct{ funcTarget }

func (nowhere) Explain(x []float64) error { return errBroken }

func TestStartThatFailsIsExplained(t *testing.T) {
	target := nowhere{funcTarget{2, func(grad, x []float64) float64 { return math.Inf(-1) }}}
	_, err := NUTS{}.Run(context.Background(), target, Run{Key: rng.New(1)})
	var start *InitError
	if !errors.As(err, &start) || !errors.Is(err, errBroken) || !strings.HasSuffix(err.Error(), "the log density is -Inf: broken") {
		t.Errorf("error %v", err)
	}
}
