package kernel_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"matheron/kernel"
)

// Parse never panics; its errors are one line with a place in the text; and
// what it reads prints as a text that reads back as the same kernel.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"rbf(ard)*periodic + linear",
		"2*(rbf + 3*linear*(cosine + constant)) + white",
		"rbf(lengthscale=0.3, variance=2e-3)*linear(free(variance[0]=2), bias=4)",
		"matern32(ard, dims=[year, 'wind speed'], fixed(lengthscale=[1, .5]))",
		"polynomial(degree=2, dims=0:2) * rational_quadratic(alpha=1e+10) + matern12*matern52(dims=1)",
		"((((rbf))))", "rbf(", "2", "-1*rbf", "0.", "rbf(dims=9:0)", "\"", "é + \xff", "1*(1*(rbf+rbf)+rbf)*(1*rbf*rbf)", "",
	} {
		f.Add(text, 3)
	}
	f.Fuzz(func(t *testing.T, text string, d int) {
		inputs := columnNames(d & 3)
		e, err := kernel.Parse(text, inputs)
		if err != nil {
			var syntax *kernel.SyntaxError
			if !errors.As(err, &syntax) || syntax.Offset < 0 || syntax.Offset > len(text) {
				t.Fatalf("error %#v", err)
			}
			if strings.ContainsAny(err.Error(), "\n\r") || strings.HasSuffix(err.Error(), ".") || !utf8.ValidString(err.Error()) {
				t.Errorf("error %q", err)
			}
			if strings.Count(syntax.Pointer(), "\n") != 1 {
				t.Errorf("pointer %q", syntax.Pointer())
			}
			return
		}
		if len(e.Written) != len(kernel.Params(e.Kernel)) {
			t.Fatalf("%d numbers written of %d parameters", len(e.Written), len(kernel.Params(e.Kernel)))
		}
		if len(text) > 1<<14 {
			return // the canonical text may be longer, and beyond the limit
		}
		canonical, err := kernel.Format(e.Kernel, inputs)
		if err != nil {
			t.Fatal(err)
		}
		again, err := kernel.Parse(canonical, inputs)
		if err != nil {
			t.Fatalf("%q: %v", canonical, err)
		}
		if !reflect.DeepEqual(again.Kernel, e.Kernel) {
			t.Errorf("%q reads back as %+v, want %+v", canonical, again.Kernel, e.Kernel)
		}
		if second, err := kernel.Format(again.Kernel, inputs); err != nil || second != canonical {
			t.Errorf("%q prints again as %q, %v", canonical, second, err)
		}
	})
}
