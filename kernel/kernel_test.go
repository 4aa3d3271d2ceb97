package kernel_test

import (
	"fmt"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/kernel/kerneltest"
	"matheron/rng"
)

// leaves are kernels for d inputs by name, with no parameter at 1.
func leaves(d int) map[string]kernel.Kernel {
	l, p := []float64{0.7, 1.3, 0.9}[:d], []float64{1.1, 0.8, 1.7}[:d]
	return map[string]kernel.Kernel{
		"RBF":               kernel.RBF{Variance: 1.7, Lengthscale: kernel.Shared(0.6)},
		"RBF ard":           kernel.RBF{Variance: 1.7, Lengthscale: kernel.ARD(l...)},
		"Matern12":          kernel.Matern12{Variance: 0.6, Lengthscale: kernel.ARD(l...)},
		"Matern32":          kernel.Matern32{Variance: 0.6, Lengthscale: kernel.ARD(l...)},
		"Matern52":          kernel.Matern52{Variance: 0.6, Lengthscale: kernel.Shared(1.4)},
		"RationalQuadratic": kernel.RationalQuadratic{Variance: 2.1, Lengthscale: kernel.ARD(l...), Alpha: 0.8},
		"Periodic":          kernel.Periodic{Variance: 0.8, Lengthscale: kernel.ARD(l...), Period: kernel.ARD(p...)},
		"Periodic shared":   kernel.Periodic{Variance: 0.8, Lengthscale: kernel.Shared(0.9), Period: kernel.Shared(1.2)},
		"Cosine":            kernel.Cosine{Variance: 1.2, Period: kernel.ARD(p...)},
		"Cosine shared":     kernel.Cosine{Variance: 1.2, Period: kernel.Shared(1.6)},
		"Linear":            kernel.Linear{Bias: 0.4, Variance: l},
		"Polynomial":        kernel.Polynomial{Variance: 0.3, Bias: 0.9, Degree: 3},
		"Constant":          kernel.Constant{Variance: 1.9},
		"White":             kernel.White{Variance: 1.9},
	}
}

// composites are expressions for three inputs.
func composites() map[string]kernel.Kernel {
	l := leaves(3)
	one := leaves(1)
	return map[string]kernel.Kernel{
		"sum":                  kernel.Add(l["RBF"], l["White"], l["Linear"], l["Matern32"]),
		"product":              kernel.Mul(l["RBF"], l["Periodic"], l["Matern52"]),
		"product with linear":  kernel.Mul(l["Matern32"], l["Linear"]),
		"discrete product":     kernel.Mul(kernel.Active{Kernel: one["Periodic"], Columns: []int{2}}, kernel.Active{Kernel: one["Cosine"], Columns: []int{1}}),
		"two cosines":          kernel.Mul(l["Cosine"], l["Cosine shared"]),
		"disjoint":             kernel.Mul(kernel.Active{Kernel: one["RBF"], Columns: []int{0}}, kernel.Active{Kernel: leaves(2)["Matern32"], Columns: []int{2, 1}}),
		"sum inside a product": kernel.Mul(kernel.Add(l["RBF"], l["Constant"]), kernel.Scaled{Factor: 3, Kernel: kernel.Add(l["Linear"], l["Periodic shared"])}),
		"scaled":               kernel.Scaled{Factor: 2.5, Kernel: kernel.Add(l["RBF ard"], l["White"])},
		"active sum":           kernel.Active{Kernel: kernel.Add(one["RBF"], one["Linear"]), Columns: []int{1}},
		"held":                 kernel.Mul(l["RBF"], kernel.Fix(l["Periodic"], "variance", "period")),
		"polynomial product":   kernel.Mul(l["Polynomial"], l["Constant"], l["RBF"]),
	}
}

func TestConformance(t *testing.T) {
	for d := 1; d <= 3; d++ {
		for i, k := range kerneltest.Leaves(d) {
			t.Run(fmt.Sprintf("%d %T/D=%d", i, k, d), func(t *testing.T) { kerneltest.Test(t, k, d) })
		}
	}
	for name, k := range composites() {
		t.Run(name, func(t *testing.T) { kerneltest.Test(t, k, 3) })
	}
}

func TestNames(t *testing.T) {
	k := kernel.Add(
		kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)},
		kernel.Mul(
			kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1)},
			kernel.Scaled{Factor: 2, Kernel: kernel.Fix(kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1), Period: kernel.Shared(1)}, "variance")},
		),
	)
	want := "sum.0.RBF.variance sum.0.RBF.lengthscale sum.1.product.0.RBF.variance sum.1.product.0.RBF.lengthscale[0] " +
		"sum.1.product.1.Periodic.lengthscale sum.1.product.1.Periodic.period"
	var got []string
	for _, p := range kernel.Params(k) {
		got = append(got, p.Name)
	}
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestFlattening(t *testing.T) {
	a, b, c := kernel.Constant{Variance: 1}, kernel.Constant{Variance: 2}, kernel.Constant{Variance: 3}
	if s := kernel.Add(a, kernel.Add(b, c)).(kernel.Sum); len(s) != 3 {
		t.Errorf("a sum of %d terms, want 3", len(s))
	}
	if p := kernel.Mul(kernel.Mul(a, b), c).(kernel.Product); len(p) != 3 {
		t.Errorf("a product of %d factors, want 3", len(p))
	}
	if k := kernel.Add(a); k != a {
		t.Errorf("the sum of one kernel is %v", k)
	}
}

func TestMatchName(t *testing.T) {
	for _, c := range []struct {
		name, pattern string
		want          bool
	}{
		{"sum.0.RBF.lengthscale[2]", "lengthscale", true},
		{"sum.0.RBF.lengthscale[2]", "lengthscale[2]", true},
		{"sum.0.RBF.lengthscale[2]", "lengthscale[1]", false},
		{"sum.0.RBF.lengthscale[2]", "RBF.lengthscale", true},
		{"sum.0.RBF.lengthscale[2]", "sum.0.RBF.lengthscale[2]", true},
		{"sum.0.RBF.lengthscale", "scale", false},
		{"sum.0.RBF.lengthscale", "", false},
		{"noise_variance", "variance", false},
	} {
		if got := kernel.MatchName(c.name, c.pattern); got != c.want {
			t.Errorf("MatchName(%q, %q) = %v", c.name, c.pattern, got)
		}
	}
}

func TestWhiteVariance(t *testing.T) {
	w := kernel.White{Variance: 0.5}
	k := kernel.Add(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, w, kernel.Scaled{Factor: 3, Kernel: w}, kernel.Fix(w, "variance"))
	v, grad, err := kernel.WhiteVariance(k)
	if err != nil || v != 0.5+1.5+0.5 {
		t.Fatalf("white variance %v, %v, want 2.5", v, err)
	}
	if want := []float64{0, 0, 1, 3}; fmt.Sprint(grad) != fmt.Sprint(want) {
		t.Errorf("gradient %v, want %v", grad, want)
	}
	_, _, err = kernel.WhiteVariance(kernel.Add(w, kernel.Mul(w, w)))
	if err == nil || !strings.Contains(err.Error(), "sum.1.product.0.White") {
		t.Errorf("a white factor: error %v does not name it", err)
	}
}

func TestCheckGradNamesTheLeaf(t *testing.T) {
	m := kernel.Matern12{Variance: 1, Lengthscale: kernel.Shared(1)}
	err := kernel.CheckGrad(kernel.Add(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}, kernel.Mul(m, m)))
	if err == nil || !strings.HasPrefix(err.Error(), "sum.1.product.0.Matern12 has no derivative") {
		t.Errorf("got %v", err)
	}
}

// A kernel of a large value far from the origin loses nothing to cancellation:
// the year 2000 and the year 0 give the same covariances.
func TestFarFromTheOrigin(t *testing.T) {
	near, far := mat.NewDense(3, 1, []float64{0, 0.25, 1.5}), mat.NewDense(3, 1, []float64{2000, 2000.25, 2001.5})
	for name, k := range leaves(1) {
		if name == "Linear" || name == "Polynomial" {
			continue
		}
		a, b := mat.NewDense(3, 3, nil), mat.NewDense(3, 3, nil)
		k.Cov(a, near, near)
		k.Cov(b, far, far)
		if !mat.EqualApprox(a, b, 1e-14) {
			t.Errorf("%s: %v at 0, %v at 2000", name, mat.Formatted(a), mat.Formatted(b))
		}
	}
}

func BenchmarkCov(b *testing.B) {
	for _, k := range []kernel.Kernel{
		kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.7)},
		kernel.Matern12{Variance: 1, Lengthscale: kernel.Shared(0.7)},
		kernel.Matern32{Variance: 1, Lengthscale: kernel.Shared(0.7)},
		kernel.Matern52{Variance: 1, Lengthscale: kernel.Shared(0.7)},
		kernel.RationalQuadratic{Variance: 1, Lengthscale: kernel.Shared(0.7), Alpha: 1},
		kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(1), Period: kernel.Shared(1)},
		kernel.Cosine{Variance: 1, Period: kernel.Shared(1)},
	} {
		for _, d := range []int{1, 8, 64} {
			x := kerneltest.Points(rng.New(0), 256, d)
			b.Run(fmt.Sprintf("%T/D=%d", k, d), func(b *testing.B) {
				dst := mat.NewDense(256, 256, nil)
				for b.Loop() {
					k.Cov(dst, x, x)
				}
				perValue(b)
			})
		}
	}
}

// perValue reports the time of an element of a block of 256 x 256.
func perValue(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(256*256), "ns/value")
}

func BenchmarkParamGrad(b *testing.B) {
	x, w, kv := kerneltest.Points(rng.New(0), 256, 8), mat.NewDense(256, 256, nil), mat.NewDense(256, 256, nil)
	ard := kernel.ARD(1, 1, 1, 1, 1, 1, 1, 1)
	for _, k := range []kernel.Kernel{
		kernel.RBF{Variance: 1, Lengthscale: ard},
		kernel.Matern52{Variance: 1, Lengthscale: ard},
		kernel.RationalQuadratic{Variance: 1, Lengthscale: ard, Alpha: 1},
		kernel.Periodic{Variance: 1, Lengthscale: ard, Period: ard},
	} {
		k.Cov(kv, x, x)
		g := make([]float64, len(kernel.Params(k)))
		b.Run(fmt.Sprintf("%T/D=8", k), func(b *testing.B) {
			for b.Loop() {
				k.(kernel.ParamGrader).ParamGrad(g, w, kv, x, x)
			}
			perValue(b)
		})
	}
}

func BenchmarkInputGrad(b *testing.B) {
	x, w := kerneltest.Points(rng.New(0), 256, 8), mat.NewDense(256, 256, nil)
	g := mat.NewDense(256, 8, nil)
	for _, k := range []kernel.Kernel{
		kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.7)},
		kernel.Matern52{Variance: 1, Lengthscale: kernel.Shared(0.7)},
	} {
		b.Run(fmt.Sprintf("%T/D=8", k), func(b *testing.B) {
			for b.Loop() {
				k.(kernel.InputGrader).InputGrad(g, w, nil, x, x)
			}
			perValue(b)
		})
	}
}
