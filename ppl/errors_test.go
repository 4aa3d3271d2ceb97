package ppl_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"matheron/ad"
	"matheron/linalg"
	"matheron/ppl"
	"matheron/prob"
	"matheron/rng"
)

var unit = prob.Normal{SD: 1}

// Every error names the site and says what is wrong with it.
func TestErrorsNameTheSite(t *testing.T) {
	for name, c := range map[string]struct {
		m        ppl.Model
		handlers []ppl.Handler
		want     string
	}{
		"repeated name": {m: func(c *ppl.Context) {
			c.Sample("RBF.variance", ppl.Of(unit))
			c.Sample("RBF.variance", ppl.Of(unit))
		}, want: `site "RBF.variance": the name is there already`},
		"no name":         {m: func(c *ppl.Context) { c.Sample("", ppl.Of(unit)) }, want: `site "": a site without a name`},
		"no distribution": {m: func(c *ppl.Context) { c.Sample("x", nil) }, want: `site "x": no distribution`},
		"parameter": {m: func(c *ppl.Context) { c.Sample("x", ppl.Normal(c.Const(0), c.Const(-2))) },
			want: `site "x": normal: sd is -2, must be positive`},
		"parameter of an element": {m: func(c *ppl.Context) {
			c.Observe("x", ppl.Normal(c.Const(0), c.ConstVector(1, 0)), 1, 2)
		}, want: `site "x": element [1]: normal: sd is 0, must be positive`},
		"fixed parameter": {m: func(c *ppl.Context) { c.Observe("x", ppl.Of(prob.Normal{}), 1) },
			want: `site "x": normal: sd is 0, must be positive`},
		"trials": {m: func(c *ppl.Context) { c.Observe("x", ppl.Binomial(c.Const(2.5), c.Const(0.5)), 1) },
			want: `site "x": binomial: trials is -1`},
		"weights": {m: func(c *ppl.Context) {
			c.Observe("x", ppl.Categorical(c.Tape().ConstMatrix(matrix(2, 2, 1, 1, 1, -1))), 0, 1)
		},
			want: `site "x": element [1]: categorical: weights[1] is -1`},
		"NaN data": {m: func(c *ppl.Context) { c.Observe("y", ppl.Of(unit), 1, 2, math.NaN()) },
			want: `site "y": data[2] is NaN: a Mask leaves it out`},
		"no data": {m: func(c *ppl.Context) { c.Observe("y", ppl.Of(unit)) }, want: `site "y": no data`},
		"shape of data": {m: func(c *ppl.Context) { c.Observe("y", ppl.Normal(c.ConstVector(1, 2, 3), c.Const(1)), 1, 2) },
			want: `site "y": a value of shape (2), want (3)`},
		"data in a plate": {m: func(c *ppl.Context) {
			c.Plate("n", 3, func() { c.Observe("y", ppl.Of(unit), 1, 2) })
		}, want: `site "y": a value of shape (2), want (3)`},
		"distribution in a plate": {m: func(c *ppl.Context) {
			c.Plate("n", 3, func() { c.Sample("x", ppl.Iid(ppl.Of(unit), 2)) })
		}, want: `site "x": a value of shape (2), want (3)`},
		"plate":          {m: func(c *ppl.Context) { c.Plate("n", 0, func() {}) }, want: `site "n": a plate of 0 out of 0`},
		"plate in plate": {m: func(c *ppl.Context) { c.Plate("n", 2, func() { c.Plate("n", 2, func() {}) }) }, want: `site "n": a plate inside itself`},
		"NaN density": {m: func(c *ppl.Context) { c.Factor("f", ad.Log(c.Const(-1))) },
			want: `site "f": log density NaN`},
		"infinite density": {m: func(c *ppl.Context) { c.Factor("f", c.Const(math.Inf(1))) }, want: `site "f": log density +Inf`},
		"factor of a vector": {m: func(c *ppl.Context) { c.Factor("f", c.ConstVector(1, 2)) },
			want: `site "f": a factor is a value on the tape, of one element`},
		"mask": {m: pair, handlers: []ppl.Handler{ppl.Mask([]bool{true, false}, "y")}, want: `site "y": a mask of 2 for 3 terms`},
		"substituted shape": {m: pair, handlers: []ppl.Handler{ppl.Substitute(ppl.Values{"b": {1, 2}})},
			want: `site "b": 2 numbers for a value of shape ()`},
		"non-centred": {m: func(c *ppl.Context) { c.Sample("x", ppl.Gamma(c.Const(1), c.Const(1))) }, handlers: []ppl.Handler{ppl.NonCentered("x")},
			want: `site "x": its distribution has no location and scale on the tape`},
		"untransform": {m: pair, handlers: []ppl.Handler{ppl.Untransform("b")}, want: `site "b": its distribution is not a Transformed one`},
		"factorisation": {m: func(c *ppl.Context) {
			c.Factor("f", ad.LogDet(ad.Cholesky(c.Tape().ConstMatrix(matrix(2, 2, 1, 0, 3, 1)))))
		}, want: `site "f": log density NaN: `},
		"panic": {m: func(c *ppl.Context) {
			c.Sample("x", ppl.Of(unit))
			var none []float64
			_ = none[3]
		}, want: `site "x": the model panicked there or after it: runtime error: index out of range [3]`},
		"panic at once": {m: func(*ppl.Context) { panic("oh") }, want: `the model panicked before its first site: oh`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ppl.TraceOf(c.m, rng.New(1), c.handlers...)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("TraceOf: error %v, want %s", err, c.want)
			}
			if _, err = ppl.NewTarget(c.m, rng.New(1), c.handlers...); err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("NewTarget: error %v, want %s", err, c.want)
			}
		})
	}
}

// Errors of NewTarget only.
func TestTargetErrorsNameTheSite(t *testing.T) {
	for name, c := range map[string]struct {
		m    ppl.Model
		want string
	}{
		"no sites": {func(*ppl.Context) {}, `the model has no latent site`},
		"counts": {func(c *ppl.Context) { c.Sample("k", ppl.Poisson(c.Const(3))) },
			`site "k": its values are counts`},
		"fixed counts": {func(c *ppl.Context) { c.Sample("k", ppl.Of(prob.Poisson{Rate: 3})) },
			`site "k": its values are counts`},
		"zero density": {func(c *ppl.Context) {
			x := c.Sample("x", ppl.Of(unit))
			c.Observe("y", ppl.LogNormal(x, c.Const(1)), 2, -1)
		}, `site "y": zero density`},
		"support": {func(c *ppl.Context) {
			top := c.Sample("top", ppl.Of(prob.HalfNormal{SD: 1}))
			c.Sample("x", ppl.Uniform(c.Const(0), top))
		}, `site "x": its support depends on other sites`},
		"prior of an sd": {func(c *ppl.Context) {
			sd := c.Sample("sd", ppl.Of(prob.Normal{Mean: 100, SD: 1}))
			c.Observe("y", ppl.Normal(c.Const(0), sd), 1, 2)
		}, `site "sd": the support of its prior is real, that of sd of site "y" positive`},
		"prior of a probability": {func(c *ppl.Context) {
			p := c.Sample("p", ppl.Of(prob.Uniform{Lower: 0, Upper: 2}))
			c.Plate("n", 3, func() { c.Observe("y", ppl.Bernoulli(p), 1, 0, 1) })
		}, `site "p": the support of its prior is (0, 2), that of p of site "y" (0, 1)`},
		"prior of weights": {func(c *ppl.Context) {
			w := c.Sample("w", ppl.Normal(c.ConstVector(30, 40), c.Const(1)))
			c.Observe("y", ppl.Iid(ppl.Categorical(w), 2), 1, 0)
		}, `site "w": the support of its prior is real, that of the weights of site "y" positive`},
		"prior of a concentration": {func(c *ppl.Context) {
			a := c.Sample("a", ppl.Normal(c.ConstVector(30, 40), c.Const(1)))
			c.Sample("x", ppl.Dirichlet(a))
		}, `site "a": the support of its prior is real, that of concentration[0] of site "x" positive`},
		"prior of a transformed distribution": {func(c *ppl.Context) {
			sd := c.Sample("sd", ppl.Of(prob.Cauchy{Scale: 1}))
			c.Sample("x", ppl.Transformed(ppl.Normal(c.Const(0), sd), prob.LogAbove{}))
		}, `site "sd": the support of its prior is real, that of sd of site "x" positive`},
		"sites that come": {func(c *ppl.Context) {
			x := c.Sample("x", ppl.Of(unit))
			for i := range int(math.Abs(1e3 * x.Float())) {
				c.Sample("y"+string(rune('a'+i%20))+string(rune('a'+i/20)), ppl.Of(unit))
			}
		}, `site "y`},
		"sites that change": {func(c *ppl.Context) {
			x := c.Sample("x", ppl.Of(unit))
			n := 1 + int(math.Abs(1e3*x.Float()))
			c.Sample("y", ppl.Iid(ppl.Of(unit), n))
		}, `site "y": sites change from run to run: was sample "y" (`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ppl.NewTarget(c.m, rng.New(1))
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}

func TestErrorsCanBeTakenApart(t *testing.T) {
	_, err := ppl.TraceOf(func(c *ppl.Context) { c.Sample("x", ppl.Normal(c.Const(0), c.Const(-2))) }, rng.New(1))
	var site *ppl.SiteError
	var param *prob.ParamError
	if !errors.As(err, &site) || site.Site != "x" || !errors.As(err, &param) || param.Value != -2 {
		t.Errorf("%#v", err)
	}
	_, err = ppl.TraceOf(func(c *ppl.Context) {
		c.Factor("f", ad.LogDet(ad.Cholesky(c.Tape().ConstMatrix(matrix(2, 2, 1, 0, 3, 1)))))
	}, rng.New(1))
	var pivot *linalg.NotPositiveDefinite
	if !errors.As(err, &pivot) || pivot.Pivot != 1 {
		t.Errorf("%#v", err)
	}
}

// Sites that change at points that the sampler reaches later are an error of the run
// that names them.
func TestLateChangeOfSitesPanicsWithTheSite(t *testing.T) {
	g := target(t, func(c *ppl.Context) {
		x := c.Sample("x", ppl.Of(unit))
		if x.Float() > 50 {
			c.Sample("late", ppl.Of(unit))
		}
		c.Observe("y", ppl.Normal(x, c.Const(1)), 1)
	})
	defer func() {
		err, _ := recover().(error)
		var site *ppl.SiteError
		var structure *ppl.StructureError
		if !errors.As(err, &site) || site.Site != "late" || !errors.As(err, &structure) {
			t.Errorf("%v", err)
		}
	}()
	g.LogProbGrad(nil, []float64{60})
}

func TestUnconstrainErrors(t *testing.T) {
	g := target(t, schools)
	good := func() ppl.Values {
		return ppl.Values{"mu": {1}, "tau": {2}, "theta": {1, 2, 3, 4, 5, 6, 7, 8}}
	}
	for want, change := range map[string]func(v ppl.Values){
		`site "tau": no value`:                                 func(v ppl.Values) { delete(v, "tau") },
		`site "tau": the value [-2] is outside of its support`: func(v ppl.Values) { v["tau"] = []float64{-2} },
		`site "theta": 2 numbers for a value of shape (8)`:     func(v ppl.Values) { v["theta"] = []float64{1, 2} },
		`site "mu": the value [NaN] is outside of its support`: func(v ppl.Values) { v["mu"] = []float64{math.NaN()} },
	} {
		v := good()
		change(v)
		if _, err := g.Unconstrain(v); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestPredictiveErrors(t *testing.T) {
	changing := func(c *ppl.Context) {
		x := c.Sample("x", ppl.Of(unit))
		c.Sample("y", ppl.Iid(ppl.Of(unit), 1+int(math.Abs(1e3*x.Float()))))
	}
	if _, err := ppl.Prior(context.Background(), changing, rng.New(1), 5); err == nil || !strings.HasPrefix(err.Error(), `site "y": sites change`) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ppl.Prior(ctx, schools, rng.New(1), 50); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}
