package diag

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// number is a float64 whose JSON is a string where it is not finite.
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		switch string(b) {
		case `"inf"`:
			*n = number(math.Inf(1))
		case `"-inf"`:
			*n = number(math.Inf(-1))
		default:
			*n = number(math.NaN())
		}
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}

type goldenCase struct {
	Draws     [][]number
	Summary   map[string]number
	RHatRank  number `json:"rhat_rank"`
	RHatBulk  number `json:"rhat_bulk"`
	RHatSplit number `json:"rhat_split"`
	ESS, MCSE map[string]number
	HDI       map[string][2]number
	Autocorr  []number
	BFMI      []number
	Mean, SD  number
}

type golden struct {
	Cases map[string]goldenCase
	Table struct {
		Draws []struct {
			Name  string
			Draws [][]number
		}
		Text string
	}
}

func load(t testing.TB) golden {
	t.Helper()
	b, err := os.ReadFile("testdata/arviz.json") // testdata/make.py names the versions
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func floats(x [][]number) [][]float64 {
	out := make([][]float64, len(x))
	for i, c := range x {
		for _, v := range c {
			out[i] = append(out[i], float64(v))
		}
	}
	return out
}

// same compares with ArviZ to 1e-9 of the value: both sum in double precision, the
// normal quantile and the inverse beta function are good to some 1e-12, and the
// ESS of a few draws magnifies rounding by the cancellation in 1 - (W - acov)/V.
func same(got float64, want number) bool {
	w := float64(want)
	if math.IsNaN(w) || math.IsNaN(got) {
		return math.IsNaN(w) && math.IsNaN(got)
	}
	return got == w || math.Abs(got-w) <= 1e-9*math.Max(math.Abs(w), 1e-12)
}

func TestArviZ(t *testing.T) {
	for name, c := range load(t).Cases {
		x := floats(c.Draws)
		check := func(what string, got float64, want number) {
			t.Helper()
			if !same(got, want) {
				t.Errorf("%s: %s is %v, ArviZ has %v", name, what, got, float64(want))
			}
		}
		row := Summarize([]string{name}, [][][]float64{x})[0]
		check("mean", row.Mean, c.Mean)
		check("sd", row.SD, c.SD)
		check("summary's ess_bulk", row.ESSBulk, c.Summary["ess_bulk"])
		check("summary's ess_tail", row.ESSTail, c.Summary["ess_tail"])
		check("summary's r_hat", row.RHat, c.Summary["r_hat"])
		check("summary's mcse_mean", row.MCSEMean, c.Summary["mcse_mean"])
		check("summary's mcse_sd", row.MCSESD, c.Summary["mcse_sd"])
		// ArviZ's own rhat folds about the median of the halves, its summary about that
		// of all draws: the middle draw of an odd number tells them apart.
		if len(x[0])%2 == 0 {
			check("R-hat", RHat(x), c.RHatRank)
		}
		check("bulk R-hat", RHatBulk(x), c.RHatBulk)
		check("split R-hat", RHatSplit(x), c.RHatSplit)
		check("bulk ESS", ESSBulk(x), c.ESS["bulk"])
		check("tail ESS", ESSTail(x), c.ESS["tail"])
		check("ESS of the mean", ESSMean(x), c.ESS["mean"])
		check("ESS of the sd", ESSSD(x), c.ESS["sd"])
		check("ESS of the 10% quantile", ESSQuantile(x, 0.1), c.ESS["q10"])
		check("ESS of the median", ESSQuantile(x, 0.5), c.ESS["q50"])
		check("MCSE of the mean", MCSEMean(x), c.MCSE["mean"])
		check("MCSE of the sd", MCSESD(x), c.MCSE["sd"])
		check("MCSE of the 10% quantile", MCSEQuantile(x, 0.1), c.MCSE["q10"])
		check("MCSE of the median", MCSEQuantile(x, 0.5), c.MCSE["q50"])
		for key, share := range map[string]float64{"94": 0.94, "50": 0.5} {
			lo, hi := HDI(pool(x), share)
			check("lower end of HDI "+key, lo, c.HDI[key][0])
			check("upper end of HDI "+key, hi, c.HDI[key][1])
		}
		for i, chain := range x {
			check("E-BFMI", EBFMI(chain), c.BFMI[i])
		}
		// The autocorrelations are relative to the first, which is 1. ArviZ's mean has
		// an error of eps |mean|, against deviations of sd.
		tol := 1e-12 + 4*0x1p-52*math.Abs(row.Mean)/row.SD
		for lag, v := range Autocorrelation(nil, x[0]) {
			if w := float64(c.Autocorr[lag]); !(math.Abs(v-w) <= tol) && !(math.IsNaN(v) && math.IsNaN(w)) {
				t.Errorf("%s: autocorrelation at lag %d is %v, ArviZ has %v", name, lag, v, w)
			}
		}
	}
}

func TestTablePrintsAsArviZ(t *testing.T) {
	g := load(t).Table
	var names []string
	var params [][][]float64
	for _, d := range g.Draws {
		names = append(names, d.Name)
		params = append(params, floats(d.Draws))
	}
	if got := Summarize(names, params).String(); got != g.Text+"\n" {
		t.Errorf("got\n%s\nArviZ prints\n%s", got, g.Text)
	}
}
