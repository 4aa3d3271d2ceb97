package sparse

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
)

// move returns the prior and noise with theta in the order kernel, mean, noise, Z.
func move(p Prior, noise gp.NoiseVariance, theta []float64) (Prior, gp.NoiseVariance) {
	k := len(kernel.Params(p.Prior.Kernel))
	p.Prior.Kernel = kernel.WithParams(p.Prior.Kernel, theta[:k])
	theta = theta[k:]
	if m, ok := p.Prior.Mean.(gp.ParametricMean); ok {
		n := len(m.Params())
		p.Prior.Mean = m.WithParams(theta[:n])
		theta = theta[n:]
	}
	if noise.PerRow() {
		n := noise.Len()
		noise = gp.NoiseRows(theta[:n]...)
		theta = theta[n:]
	} else {
		noise = gp.Noise(theta[0])
		theta = theta[1:]
	}
	r, c := p.Z.Dims()
	p.Z = mat.NewDense(r, c, append([]float64(nil), theta...))
	return p, noise
}

// position is the inverse of move.
func position(p Prior, noise gp.NoiseVariance) []float64 {
	var theta []float64
	for _, q := range append(kernel.Params(p.Prior.Kernel), gp.MeanParams(p.Prior.Mean)...) {
		theta = append(theta, q.Value)
	}
	for i := range noise.Len() {
		theta = append(theta, noise.At(i))
	}
	return append(theta, flat(p.Z)...)
}

func (g Gradient) flat() []float64 {
	out := append(append(append([]float64(nil), g.Kernel...), g.Mean...), g.Noise...)
	return append(out, flat(g.Z)...)
}

// wantGradient compares with central differences of step h: a truncation of h²
// times the third derivative, and a rounding of eps |f|/h, with |f| some 10³.
func wantGradient(t *testing.T, name string, got, at []float64, f func([]float64) (float64, error)) {
	t.Helper()
	const h = 1e-5
	if len(got) != len(at) {
		t.Fatalf("%s: %d derivatives, want %d", name, len(got), len(at))
	}
	for i := range at {
		x := append([]float64(nil), at...)
		x[i] += h
		up, err := f(x)
		if err != nil {
			t.Fatal(err)
		}
		x[i] -= 2 * h
		down, err := f(x)
		if err != nil {
			t.Fatal(err)
		}
		wantNear(t, fmt.Sprintf("%s, derivative %d", name, i), got[i], (up-down)/(2*h), 3e-6)
	}
}

func TestCollapsedGradient(t *testing.T) {
	x := randomInputs(1, 40, 2)
	c := NewCollapsed(x, randomTargets(2, x))
	p := problem(7, 2)
	for name, noise := range map[string]gp.NoiseVariance{"shared": gp.Noise(0.1), "a row": randomRows(3, 40)} {
		_, g, err := c.EvalGrad(p, noise)
		if err != nil {
			t.Fatal(err)
		}
		wantGradient(t, name, g.flat(), position(p, noise), func(theta []float64) (float64, error) {
			return c.Eval(move(p, noise, theta))
		})
	}
}

func TestELBOGradient(t *testing.T) {
	x := randomInputs(1, 30, 2)
	y := randomTargets(2, x)
	e := NewELBO(100)
	p := problem(5, 2)
	noises := map[string]gp.NoiseVariance{"shared": gp.Noise(0.1), "a row": randomRows(3, 30)}
	for name, q := range randomGuides(t, p) {
		for kind, noise := range noises {
			_, g, err := e.EvalGrad(p, noise, q, x, y)
			if err != nil {
				t.Fatal(err)
			}
			wantGradient(t, name+", prior, noise "+kind, g.flat(), position(p, noise), func(theta []float64) (float64, error) {
				p, noise := move(p, noise, theta)
				return e.Eval(p, noise, q, x, y)
			})
			wantGradient(t, name+", guide, noise "+kind, g.Guide, q.Params(), func(theta []float64) (float64, error) {
				q, err := q.WithParams(theta)
				if err != nil {
					return 0, err
				}
				return e.Eval(p, noise, q, x, y)
			})
		}
	}
}

func TestKLGradient(t *testing.T) {
	p := problem(5, 2)
	in, err := p.Inducing()
	if err != nil {
		t.Fatal(err)
	}
	guides := randomGuides(t, p)
	for name, q := range guides {
		if w, ok := q.(Whitened); ok {
			guides[name+" by this prior"] = w.At(in)
		}
	}
	for name, q := range guides {
		g := make([]float64, len(q.Params()))
		g[0] = 1 // KLGrad adds
		wantNear(t, name+", value", in.KLGrad(g, q), in.KL(q), 1e-14)
		g[0]--
		wantGradient(t, name, g, q.Params(), func(theta []float64) (float64, error) {
			q, err := q.WithParams(theta)
			if err != nil {
				return 0, err
			}
			return in.KL(q), nil
		})
	}
}

// A kernel without an input gradient has no gradient to Z, and all others.
func TestGradientWithoutInputs(t *testing.T) {
	x := randomInputs(1, 20, 1)
	p := Prior{Prior: gp.Prior{Kernel: kernel.Matern12{Variance: 1, Lengthscale: kernel.Shared(0.7)}}, Z: randomInputs(2, 4, 1)}
	c := NewCollapsed(x, randomTargets(3, x))
	noise := gp.Noise(0.1)
	_, g, err := c.EvalGrad(p, noise)
	if err != nil {
		t.Fatal(err)
	}
	if g.Z != nil {
		t.Error("Matern-1/2 has a gradient to Z")
	}
	theta := position(p, noise)
	wantGradient(t, "prior and noise", g.flat(), theta[:3], func(v []float64) (float64, error) {
		return c.Eval(move(p, noise, append(append([]float64(nil), v...), theta[3:]...)))
	})
}
