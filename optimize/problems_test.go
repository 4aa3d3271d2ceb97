package optimize

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"
)

// The standard problems, as in testdata/golden.py, by the first word of their
// name without its dimension. More, Garbow, Hillstrom (ACM TOMS 7, 1981); Hock
// and Schittkowski (1981).
var objectives = map[string]Objective{
	"rosenbrock":    rosenbrock,
	"hs1":           rosenbrock,
	"hs2":           rosenbrock,
	"powell":        powell,
	"beale":         beale,
	"brown":         brown,
	"trigonometric": trigonometric,
	"quadratic":     quadratic,
	"chain":         chain,
	"driver":        driver,
	"linear":        linear,
	"wood":          wood,
	"hs38":          wood,
	"hs3": func(x, g []float64) float64 {
		e := x[1] - x[0]
		g[0], g[1] = -2e-5*e, 1+2e-5*e
		return x[1] + 1e-5*e*e
	},
	"hs4": func(x, g []float64) float64 {
		a := x[0] + 1
		g[0], g[1] = a*a, 1
		return a*a*a/3 + x[1]
	},
	"hs5": func(x, g []float64) float64 {
		s, c := math.Sincos(x[0] + x[1])
		e := x[0] - x[1]
		g[0], g[1] = c+2*e-1.5, c-2*e+2.5
		return s + e*e - 1.5*x[0] + 2.5*x[1] + 1
	},
	"hs45": func(x, g []float64) float64 {
		all := 1.0
		for i, v := range x {
			all *= v
			g[i] = -1.0 / 120
			for j, w := range x {
				if j != i {
					g[i] *= w
				}
			}
		}
		return 2 - all/120
	},
	"hs110": func(x, g []float64) float64 {
		var f float64
		all := 1.0
		for _, v := range x {
			all *= v
		}
		r := math.Pow(all, 0.2)
		for i, v := range x {
			p, q := math.Log(v-2), math.Log(10-v)
			f += p*p + q*q
			g[i] = 2*p/(v-2) - 2*q/(10-v) - 0.2*r/v
		}
		return f - r
	},
}

func rosenbrock(x, g []float64) float64 {
	var f float64
	clear(g)
	for i := range len(x) - 1 {
		a, b := x[i+1]-x[i]*x[i], 1-x[i]
		f += 100*a*a + b*b
		g[i] += -400*x[i]*a - 2*b
		g[i+1] += 200 * a
	}
	return f
}

func powell(x, g []float64) float64 {
	var f float64
	for i := 0; i < len(x); i += 4 {
		p, q, r, s := x[i]+10*x[i+1], x[i+2]-x[i+3], x[i+1]-2*x[i+2], x[i]-x[i+3]
		f += p*p + 5*q*q + r*r*r*r + 10*s*s*s*s
		g[i], g[i+1] = 2*p+40*s*s*s, 20*p+4*r*r*r
		g[i+2], g[i+3] = 10*q-8*r*r*r, -10*q-40*s*s*s
	}
	return f
}

func beale(x, g []float64) float64 {
	var f float64
	clear(g)
	power := 1.0
	for k, y := range []float64{1.5, 2.25, 2.625} {
		slope := float64(k+1) * power
		power *= x[1]
		e := y - x[0]*(1-power)
		f += e * e
		g[0] -= 2 * e * (1 - power)
		g[1] += 2 * e * x[0] * slope
	}
	return f
}

func brown(x, g []float64) float64 {
	p, q, r := x[0]-1e6, x[1]-2e-6, x[0]*x[1]-2
	g[0], g[1] = 2*p+2*r*x[1], 2*q+2*r*x[0]
	return p*p + q*q + r*r
}

func trigonometric(x, g []float64) float64 {
	var sum, f, all float64
	for _, v := range x {
		sum += math.Cos(v)
	}
	e := func(i int, s, c float64) float64 {
		return float64(len(x)) - sum + float64(i+1)*(1-c) - s
	}
	for i, v := range x {
		s, c := math.Sincos(v)
		all += e(i, s, c)
	}
	for i, v := range x {
		s, c := math.Sincos(v)
		ei := e(i, s, c)
		f += ei * ei
		g[i] = 2*all*s + 2*ei*(float64(i+1)*s-c)
	}
	return f
}

func quadratic(x, g []float64) float64 {
	var f float64
	for i, v := range x {
		c := math.Pow(10, 6*float64(i)/float64(len(x)-1))
		e := v - 1/float64(i+1)
		g[i] = c * e
		f += 0.5 * c * e * e
	}
	return f
}

func chain(x, g []float64) float64 {
	var f float64
	for i, v := range x {
		t, b := 2*v, math.Sin(float64(i+1))
		if i > 0 {
			t -= x[i-1]
		}
		if i < len(x)-1 {
			t -= x[i+1]
		}
		f += 0.5*v*t - b*v
		g[i] = t - b
	}
	return f
}

func driver(x, g []float64) float64 {
	clear(g)
	f := 0.25 * (x[0] - 1) * (x[0] - 1)
	g[0] = 2 * (x[0] - 1)
	for i := range len(x) - 1 {
		t := x[i+1] - x[i]*x[i]
		f += t * t
		g[i] -= 16 * x[i] * t
		g[i+1] += 8 * t
	}
	return 4 * f
}

func linear(x, g []float64) float64 {
	var f float64
	for i, v := range x {
		g[i] = float64(i + 1)
		if i%2 == 1 {
			g[i] = -g[i]
		}
		f += g[i] * v
	}
	return f
}

func wood(x, g []float64) float64 {
	a, b, c, d := x[0], x[1], x[2], x[3]
	p, q := b-a*a, d-c*c
	g[0] = -400*a*p - 2*(1-a)
	g[1] = 200*p + 20.2*(b-1) + 19.8*(d-1)
	g[2] = -360*c*q - 2*(1-c)
	g[3] = 180*q + 20.2*(d-1) + 19.8*(b-1)
	return 100*p*p + (1-a)*(1-a) + 90*q*q + (1-c)*(1-c) + 10.1*((b-1)*(b-1)+(d-1)*(d-1)) + 19.8*(b-1)*(d-1)
}

// goldenRun is a run of SciPy; a bound of null is infinite.
type goldenRun struct {
	Name         string
	X0, X        []float64
	Lower, Upper []*float64
	F0, F        float64
	GradNorm0    float64 `json:"grad_norm0"`
	Evaluations  int
}

type golden struct {
	Memory  int
	RelTol  float64 `json:"rel_tol"`
	GradTol float64 `json:"grad_tol"`
	Runs    []goldenRun
	Roots   []struct {
		Name        string
		A, B, X     float64
		Evaluations int
	}
}

func loadGolden(t testing.TB) golden {
	t.Helper()
	text, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(text, &g); err != nil {
		t.Fatal(err)
	}
	if len(g.Runs) == 0 || len(g.Roots) == 0 {
		t.Fatal("golden.json is empty")
	}
	return g
}

func (r goldenRun) objective(t testing.TB) Objective {
	t.Helper()
	name, _, _ := strings.Cut(r.Name, " ")
	if f, ok := objectives[name]; ok {
		return f
	}
	f, ok := objectives[strings.TrimRight(name, "0123456789")]
	if !ok {
		t.Fatalf("no objective %q", r.Name)
	}
	return f
}

func (r goldenRun) box() Box {
	bounds := func(v []*float64, none float64) []float64 {
		b := make([]float64, len(v))
		for i, p := range v {
			b[i] = none
			if p != nil {
				b[i] = *p
			}
		}
		return b
	}
	return Box{bounds(r.Lower, math.Inf(-1)), bounds(r.Upper, math.Inf(1))}
}

func (r goldenRun) bounded() bool {
	_, n, _ := r.box().dense(len(r.X0))
	return n > 0
}
