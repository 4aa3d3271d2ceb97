package hyper_test

import (
	"context"
	"encoding/json"
	"flag"
	"maps"
	"math"
	"os"
	"runtime"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/hyper"
	"matheron/infer"
	"matheron/infer/diag"
	"matheron/internal/long"
	"matheron/kernel"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

var update = flag.Bool("update", false, "write the ranks of the calibration for its figure")

// ranksFile holds the ranks that docs/figures draws.
const ranksFile = "../docs/figures/calibration.json"

// calibration is a simulation-based calibration of the hyperparameters of a
// Gaussian process: the priors of the worked example, with an unknown noise, at 12
// inputs.
type calibration struct {
	sims, draws, thin, warmup int
	handlers                  []ppl.Handler // of the inference alone: a mistake in it
}

var calibrated = gp.Priors{
	"variance":    prob.LogNormal{Mu: 0, Sigma: 0.3},
	"lengthscale": prob.LogNormal{Mu: math.Log(0.3), Sigma: 0.3},
}

var calibratedNoise = prob.LogNormal{Mu: math.Log(0.0225), Sigma: 0.5}

// model is the program of inference.
func (calibration) model(x *mat.Dense, y []float64) ppl.Model {
	priors := gp.Priors{gp.NoiseName: calibratedNoise}
	maps.Copy(priors, calibrated)
	ps := params(gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, Jitter: 1e-6}, gp.Noise(0.1), priors)
	return func(c *ppl.Context) { hyper.Factor(c, "obs", hyper.Sample(c, ps), x, y) }
}

// simulation returns the ranks of the three parameters and of the log density, all
// of one simulation. The data are made without package gp: y = L z for the Cholesky
// factor L of the covariance.
func (s calibration) simulation(key rng.Key) ([4]int, error) {
	const n = 12
	var out [4]int
	r := key.Named("truth").Rand()
	v, l, noise := calibrated["variance"].Draw(r), calibrated["lengthscale"].Draw(r), calibratedNoise.Draw(r)
	x, cov := mat.NewDense(n, 1, nil), mat.NewSymDense(n, nil)
	for i := range n {
		x.Set(i, 0, -1.5+3*float64(i)/(n-1))
		for j := range i + 1 {
			h := (x.At(i, 0) - x.At(j, 0)) / l
			cov.SetSym(i, j, v*math.Exp(-h*h/2))
		}
		cov.SetSym(i, i, v+noise+1e-6)
	}
	var chol mat.Cholesky
	if !chol.Factorize(cov) {
		panic("the covariance of the data is not positive definite")
	}
	var lower mat.TriDense
	chol.LTo(&lower)
	y := make([]float64, n)
	r = key.Named("data").Rand()
	for j := range n {
		z := r.NormFloat64()
		for i := j; i < n; i++ {
			y[i] += lower.At(i, j) * z
		}
	}
	tg, err := ppl.NewTarget(s.model(x, y), key.Named("target"), s.handlers...)
	if err != nil {
		return out, err
	}
	d, err := infer.NUTS{TargetAccept: 0.9}.Run(context.Background(), tg, infer.Run{
		Key: key.Named("run"), Warmup: s.warmup, Draws: s.draws * s.thin, Chains: 1,
	})
	if err != nil {
		return out, err
	}
	truth := []float64{math.Log(v), math.Log(l), math.Log(noise)}
	quantities := make([][]float64, 4)
	for i := range s.draws {
		at := d.Chains[0].At(i * s.thin)
		for j := range truth {
			quantities[j] = append(quantities[j], at[j])
		}
		quantities[3] = append(quantities[3], d.Chains[0].LogProb[i*s.thin])
	}
	for j, q := range append(truth, tg.LogProbGrad(nil, truth)) {
		out[j] = diag.Rank(q, quantities[j])
	}
	return out, nil
}

// calibrationNames are the quantities.
var calibrationNames = []string{"RBF.variance", "RBF.lengthscale", "noise_variance", "log density"}

// run returns the ranks of each quantity.
func (s calibration) run(t *testing.T, key rng.Key) map[string]diag.Ranks {
	t.Helper()
	ranks, errs := make([][4]int, s.sims), make([]error, s.sims)
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < s.sims; i += workers {
				ranks[i], errs[i] = s.simulation(key.Split(i))
			}
		})
	}
	wg.Wait()
	out := map[string]diag.Ranks{}
	for i, err := range errs {
		if err != nil {
			t.Fatalf("simulation %d: %v", i, err)
		}
		for j, name := range calibrationNames {
			r := out[name]
			r.Of = s.draws
			r.Ranks = append(r.Ranks, ranks[i][j])
			out[name] = r
		}
	}
	return out
}

// Four quantities, each outside of a band of 0.999 once in a thousand keys.
const calibrationCoverage = 0.999

func checkCalibrated(t *testing.T, ranks map[string]diag.Ranks) {
	t.Helper()
	for name, r := range ranks {
		if e := r.ECDF(calibrationCoverage); !e.Inside() {
			t.Errorf("%s: the ranks are not uniform, P = %v: %v", name, e.P, r.Histogram(10))
		}
	}
}

// A thinned chain has draws that are nearly independent; what is left of their
// correlation widens the distribution of the ranks far less than the band.
func TestCalibration(t *testing.T) {
	checkCalibrated(t, calibration{sims: 60, draws: 49, thin: 4, warmup: 150}.run(t, rng.New(21)))
}

// The study that docs/calibration.md shows, beside what a mistake does to it: a fourth
// of the log evidence, which gives posteriors that are too wide.
func TestCalibrationLong(t *testing.T) {
	long.Only(t)
	right := calibration{sims: 600, draws: 99, thin: 5, warmup: 250}
	wrong := right
	wrong.handlers = []ppl.Handler{ppl.Scale(0.25, "obs")}
	study := map[string]map[string]diag.Ranks{"right": right.run(t, rng.New(22)), "wrong": wrong.run(t, rng.New(22))}
	checkCalibrated(t, study["right"])
	for name, r := range study["wrong"] {
		e := r.ECDF(calibrationCoverage)
		t.Logf("a fourth of the evidence: %s has P = %v", name, e.P)
		if name == "log density" && e.Inside() {
			t.Error("a fourth of the evidence is not seen")
		}
	}
	if !*update {
		return
	}
	text, err := json.Marshal(study)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ranksFile, append(text, '\n'), 0o666); err != nil {
		t.Fatal(err)
	}
}

// The ranks of the figure are those of a study of that size, which say what the
// page says.
func TestCalibrationOfTheFigure(t *testing.T) {
	text, err := os.ReadFile(ranksFile)
	if err != nil {
		t.Fatal(err)
	}
	var study map[string]map[string]diag.Ranks
	if err := json.Unmarshal(text, &study); err != nil {
		t.Fatal(err)
	}
	checkCalibrated(t, study["right"])
	for _, name := range calibrationNames {
		if r := study["right"][name]; r.Of != 99 || len(r.Ranks) != 600 {
			t.Errorf("%s: %d ranks among %d", name, len(r.Ranks), r.Of)
		}
	}
	if e := study["wrong"]["log density"].ECDF(calibrationCoverage); e.Inside() {
		t.Error("a fourth of the evidence is not seen")
	}
}
