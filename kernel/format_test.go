package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/kernel/kerneltest"
	"matheron/rng"
)

// Each text is written as it is and in its canonical form, in full and without
// free numbers.
func TestCanonicalText(t *testing.T) {
	for _, c := range []struct{ text, format, structure string }{
		{"rbf()", "rbf", "rbf"},
		{" rbf( ard )*periodic+linear", "rbf(ard)*periodic + linear", "rbf(ard)*periodic + linear"},
		{"rbf(lengthscale=0.30, variance=2.)", "rbf(variance=2, lengthscale=0.3)", "rbf"},
		{"rbf(variance=1)", "rbf", "rbf"},
		{"rbf(lengthscale=[0.3, 2, 1], ard)", "rbf(ard, lengthscale=[0.3, 2, 1])", "rbf(ard)"},
		{"rbf(ard, lengthscale=.5)", "rbf(ard, lengthscale=0.5)", "rbf(ard)"},
		{"rbf(ard, lengthscale[1]=2)", "rbf(ard, lengthscale=[1, 2, 1])", "rbf(ard)"},
		{"rbf(ard, fixed(lengthscale[1]=2), lengthscale[0]=3)", "rbf(ard, lengthscale[0]=3, fixed(lengthscale[1]=2))", "rbf(ard, fixed(lengthscale[1]=2))"},
		{"rbf(fixed(lengthscale=0.3), variance=3)", "rbf(variance=3, fixed(lengthscale=0.3))", "rbf(fixed(lengthscale=0.3))"},
		{"periodic(fixed(period=1, variance=2))", "periodic(fixed(variance=2, period=1))", "periodic(fixed(variance=2, period=1))"},
		{"periodic(fixed(period), fixed(variance))", "periodic(fixed(variance=1, period=1))", "periodic(fixed(variance=1, period=1))"},
		{"rbf*2", "2*rbf", "2*rbf"},
		{"2*rbf*3*linear", "6*rbf*linear", "6*rbf*linear"},
		{"((rbf)*(linear*cosine))", "rbf*linear*cosine", "rbf*linear*cosine"},
		{"(rbf + (linear + white)) + constant", "rbf + linear + white + constant", "rbf + linear + white + constant"},
		{"2*(rbf+linear)+white", "2*(rbf + linear) + white", "2*(rbf + linear) + white"},
		{"rbf*(2*linear)", "rbf*(2*linear)", "rbf*(2*linear)"},
		{"2*(3*rbf)", "2*(3*rbf)", "2*(3*rbf)"},
		{"1*(rbf + linear) + white", "1*(rbf + linear) + white", "1*(rbf + linear) + white"},
		{"(rbf + linear)*periodic", "(rbf + linear)*periodic", "(rbf + linear)*periodic"},
		{"2*rbf(dims=0:2)", "2*rbf(dims=0:2)", "2*rbf(dims=0:2)"},
		{"rbf(dims=[0, 1])", "rbf(dims=0:2)", "rbf(dims=0:2)"},
		{"rbf(dims=[2, 0])", "rbf(dims=[2, 0])", "rbf(dims=[2, 0])"},
		{"rbf(dims=[2, 0:2])", "rbf(dims=[2, 0:2])", "rbf(dims=[2, 0:2])"},
		{"rbf(dims=year)*rbf(dims=[month, 'wind speed'])", "rbf(dims=0)*rbf(dims=1:3)", "rbf(dims=0)*rbf(dims=1:3)"},
		{"linear(ard, variance=[1, 2, 3])", "linear(variance=[1, 2, 3])", "linear"},
		{"linear(dims=1, variance=[2])", "linear(dims=1, variance=2)", "linear(dims=1)"},
		{"polynomial", "polynomial(degree=3)", "polynomial(degree=3)"},
		{"polynomial(bias=2, degree=2)", "polynomial(degree=2, bias=2)", "polynomial(degree=2)"},
		{"rbf*periodic(variance=2)", "rbf*periodic(variance=2)", "rbf*periodic(variance=2)"},
		{"rbf*periodic(fixed(variance=2))", "rbf*periodic(variance=2)", "rbf*periodic(variance=2)"},
		{"rbf*periodic(free(variance=2))", "rbf*periodic(free(variance=2))", "rbf*periodic(free(variance))"},
		{"rbf*periodic(free(variance))", "rbf*periodic(free(variance))", "rbf*periodic(free(variance))"},
		{"rbf(free(variance=2))", "rbf(variance=2)", "rbf"},
		{"rbf*linear(free(variance[1]))", "rbf*linear(free(variance[1]))", "rbf*linear(free(variance[1]))"},
		{"rbf(lengthscale=1e-7, variance=1e20)", "rbf(variance=1e+20, lengthscale=1e-07)", "rbf"},
		{"rbf(lengthscale=0.1234567890123456789)", "rbf(lengthscale=0.12345678901234568)", "rbf"},
	} {
		inputs := columnNames(3)
		e, err := kernel.Parse(c.text, inputs)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got, err := kernel.Format(e.Kernel, inputs); err != nil || got != c.format {
			t.Errorf("Format of %s is %q, %v, want %q", c.text, got, err, c.format)
		}
		if got, err := kernel.Structure(e.Kernel, inputs); err != nil || got != c.structure {
			t.Errorf("Structure of %s is %q, %v, want %q", c.text, got, err, c.structure)
		}
		if again, err := kernel.Parse(c.format, inputs); err != nil || !reflect.DeepEqual(again.Kernel, e.Kernel) {
			t.Errorf("%s reads back as %+v, %v, want %+v", c.format, again.Kernel, err, e.Kernel)
		}
	}
}

// A kernel built in Go, however it is wrapped, comes back from its text with
// its parameters and with the same bits in its values; the kernel that came
// back comes back as it is.
func TestRandomRoundTrip(t *testing.T) {
	eachRandom(t, "round trip", 1000, func(t *testing.T, k kernel.Kernel, d int, r *rand.Rand) {
		inputs := columnNames(d)
		text, err := kernel.Format(k, inputs)
		if err != nil {
			t.Fatal(err)
		}
		e, err := kernel.Parse(text, inputs)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got, want := kernel.Params(e.Kernel), kernel.Params(k); !slices.Equal(got, want) {
			t.Errorf("parameters %v, want %v", got, want)
		}
		x := kerneltest.Points(rng.New(r.Uint64()), 4, d)
		if !mat.Equal(covOf(e.Kernel, x, x), covOf(k, x, x)) {
			t.Error("other values")
		}
		wantWhite, wantGrad, err := kernel.WhiteVariance(k)
		if err != nil {
			t.Fatal(err)
		}
		// The factors of nested scales multiply in the same order.
		if white, grad, _ := kernel.WhiteVariance(e.Kernel); white != wantWhite || !slices.Equal(grad, wantGrad) {
			t.Errorf("white variance %v with gradient %v, want %v with %v", white, grad, wantWhite, wantGrad)
		}
		if len(e.Written) != len(kernel.Params(k)) {
			t.Errorf("%d numbers written of %d parameters", len(e.Written), len(kernel.Params(k)))
		}
		again, err := kernel.Format(e.Kernel, inputs)
		if err != nil || again != text {
			t.Errorf("prints again as %s, %v", again, err)
		}
		if second, err := kernel.Parse(again, inputs); err != nil || !reflect.DeepEqual(second, e) {
			t.Errorf("the second reading is %+v, %v, want %+v", second, err, e)
		}
		structure, err := kernel.Structure(k, inputs)
		if err != nil {
			t.Fatal(err)
		}
		s, err := kernel.Parse(structure, inputs)
		if err != nil {
			t.Fatalf("%s: %v", structure, err)
		}
		ones := make([]float64, len(kernel.Params(k)))
		for i := range ones {
			ones[i] = 1
		}
		if !reflect.DeepEqual(s.Kernel, kernel.WithParams(e.Kernel, ones)) {
			t.Errorf("the structure %s is another kernel", structure)
		}
	})
}

type ownKernel struct{ kernel.RBF }

func TestFormatRefuses(t *testing.T) {
	rbf := kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(1)}
	deep := kernel.Kernel(rbf)
	for range 200 {
		deep = kernel.Scaled{Factor: 2, Kernel: deep}
	}
	long := make(kernel.Sum, 1<<16)
	for i := range long {
		long[i] = rbf
	}
	for _, c := range []struct {
		name   string
		kernel kernel.Kernel
		want   string
	}{
		{"own type", kernel.Add(rbf, ownKernel{rbf}), "kernel text: kernel_test.ownKernel has no text form"},
		{"one term", kernel.Sum{rbf}, "kernel text: a sum or product of 1 kernels"},
		{"no factor", kernel.Product{}, "kernel text: a sum or product of 0 kernels"},
		{"lengthscales", kernel.RBF{Variance: 1, Lengthscale: kernel.ARD(1, 2)}, "kernel text: rbf for 3 inputs does not have the parameters RBF.variance, RBF.lengthscale[0], RBF.lengthscale[1]"},
		{"ard of one", kernel.Periodic{Variance: 1, Lengthscale: kernel.ARD(1, 1, 1), Period: kernel.Shared(1)}, "kernel text: periodic for 3 inputs does not have"},
		{"variances", kernel.Linear{Bias: 1, Variance: []float64{1}}, "kernel text: linear for 3 inputs does not have"},
		{"degree", kernel.Polynomial{Variance: 1, Bias: 1}, "kernel text: polynomial of degree 0, want 1 to 20"},
		{"column", kernel.Active{Kernel: rbf, Columns: []int{3}}, "kernel text: columns [3] of 3"},
		{"inner column", kernel.Active{Kernel: kernel.Active{Kernel: rbf, Columns: []int{1}}, Columns: []int{2}}, "kernel text: columns [1] of 1"},
		{"columns", kernel.Active{Kernel: rbf, Columns: []int{1, 1}}, "kernel text: columns [1 1] of 3"},
		{"no column", kernel.Active{Kernel: rbf}, "kernel text: a kernel of no column"},
		{"scale", kernel.Scaled{Factor: -1, Kernel: rbf}, "kernel text: a scale of -1"},
		{"NaN scale", kernel.Scaled{Factor: math.NaN(), Kernel: rbf}, "kernel text: a scale of NaN"},
		{"value", kernel.Fix(kernel.Constant{Variance: 0}, "variance"), "kernel text: Constant.variance is 0, outside of (0, +Inf)"},
		{"white factor", kernel.Mul(rbf, kernel.White{Variance: 1}), "kernel text: white noise cannot be a factor of a product"},
		{"deep", deep, "kernel text: nested 199 deep, at most 100"},
		{"long", long, "kernel text: 393213 bytes, at most 262144"},
	} {
		text, err := kernel.Format(c.kernel, columnNames(3))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %q, error %v, want %s", c.name, text, err, c.want)
		}
	}
}

func BenchmarkFormat(b *testing.B) {
	e, err := kernel.Parse(co2Text, columnNames(1))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := kernel.Format(e.Kernel, columnNames(1)); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleFormat() {
	k := kernel.Mul(
		kernel.RBF{Variance: 2, Lengthscale: kernel.ARD(0.3, 2)},
		kernel.Active{Kernel: kernel.Fix(kernel.Periodic{Variance: 1, Lengthscale: kernel.Shared(0.7), Period: kernel.Shared(1)}, "variance", "period"), Columns: []int{0}},
	)
	inputs := []string{"year", "depth"}
	text, err := kernel.Format(k, inputs)
	fmt.Println(text, err)
	structure, err := kernel.Structure(k, inputs)
	fmt.Println(structure, err)
	// Output:
	// rbf(ard, variance=2, lengthscale=[0.3, 2])*periodic(dims=0, lengthscale=0.7, fixed(period=1)) <nil>
	// rbf(ard)*periodic(dims=0, fixed(period=1)) <nil>
}
