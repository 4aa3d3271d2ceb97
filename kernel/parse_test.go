package kernel_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"matheron/kernel"
)

const co2Text = "rbf(lengthscale=50) + rbf(lengthscale=100)*periodic(fixed(period=1)) + rational_quadratic(alpha=0.5)"

// The free parameters of a text, and which of them it gave a number.
func TestParseParameters(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"rbf", "RBF.variance=1 RBF.lengthscale=1"},
		{"rbf(ard, lengthscale=0.5)", "RBF.variance=1 RBF.lengthscale[0]=0.5! RBF.lengthscale[1]=0.5!"},
		{"rbf(dims=1, ard, lengthscale[0]=2)", "RBF.variance=1 RBF.lengthscale[0]=2!"},
		{"periodic(ard)", "Periodic.variance=1 Periodic.lengthscale[0]=1 Periodic.lengthscale[1]=1 Periodic.period[0]=1 Periodic.period[1]=1"},
		{"rbf(lengthscale=1)", "RBF.variance=1 RBF.lengthscale=1!"},
		{"rbf(fixed(lengthscale=0.3))", "RBF.variance=1"},
		{"constant(fixed(variance=2))", ""},
		{"linear", "Linear.bias=1 Linear.variance[0]=1 Linear.variance[1]=1"},
		{"2*constant + white", "sum.0.Constant.variance=1 sum.1.White.variance=1"},
		// The product rule.
		{"2*constant*rbf(variance=3)", "product.0.Constant.variance=1 product.1.RBF.lengthscale=1"},
		{"rbf*linear", "product.0.RBF.variance=1 product.0.RBF.lengthscale=1 product.1.Linear.bias=1"},
		{"rbf*polynomial", "product.0.RBF.variance=1 product.0.RBF.lengthscale=1 product.1.Polynomial.bias=1"},
		{"rbf*linear(free(variance=2))", "product.0.RBF.variance=1 product.0.RBF.lengthscale=1 product.1.Linear.bias=1 product.1.Linear.variance[0]=2! product.1.Linear.variance[1]=2!"},
		{"rbf*cosine*cosine", "product.0.RBF.variance=1 product.0.RBF.lengthscale=1 product.1.Cosine.period=1 product.2.Cosine.period=1"},
		{"rbf(fixed(variance))*cosine(free(variance))", "product.0.RBF.lengthscale=1 product.1.Cosine.variance=1 product.1.Cosine.period=1"},
		{"(constant + constant)*(constant + constant + rbf*cosine)", "product.0.sum.0.Constant.variance=1 product.0.sum.1.Constant.variance=1 " +
			"product.1.sum.1.Constant.variance=1 product.1.sum.2.product.0.RBF.variance=1 product.1.sum.2.product.0.RBF.lengthscale=1 product.1.sum.2.product.1.Cosine.period=1"},
		{"constant*(2*(rbf*cosine + constant))", "product.0.Constant.variance=1 product.1.sum.0.product.0.RBF.lengthscale=1 product.1.sum.0.product.1.Cosine.period=1 product.1.sum.1.Constant.variance=1"},
		{"constant*(1*cosine*cosine)", "product.0.Constant.variance=1 product.1.product.0.Cosine.period=1 product.1.product.1.Cosine.period=1"},
	} {
		e, err := kernel.Parse(c.text, columnNames(2))
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		params := kernel.Params(e.Kernel)
		if len(e.Written) != len(params) {
			t.Fatalf("%s: Written has %d for %d parameters", c.text, len(e.Written), len(params))
		}
		var got []string
		for i, p := range params {
			s := fmt.Sprintf("%s=%v", p.Name, p.Value)
			if e.Written[i] {
				s += "!"
			}
			got = append(got, s)
		}
		if !slices.Equal(got, strings.Fields(c.want)) {
			t.Errorf("%s\ngot  %v\nwant %v", c.text, got, strings.Fields(c.want))
		}
	}
}

// Every mistake is an error at its character.
func TestParseErrors(t *testing.T) {
	deep := strings.Repeat("(", 101)
	for _, c := range []struct {
		text      string
		character int
		reason    string
	}{
		{"", 1, "the text is empty, want a kernel such as rbf(ard)"},
		{" \t\n", 1, "the text is empty, want a kernel such as rbf(ard)"},
		// Names.
		{"rbf + maternn", 7, `unknown kernel "maternn", did you mean matern12, matern32 or matern52?`},
		{"matern5", 1, `unknown kernel "matern5", did you mean matern52?`},
		{"RBF", 1, `unknown kernel "RBF", did you mean rbf?`},
		{"RationalQuadratic", 1, `unknown kernel "RationalQuadratic", did you mean rational_quadratic?`},
		{"matern", 1, `unknown kernel "matern", did you mean matern12, matern32 or matern52?`},
		{"rq", 1, `unknown kernel "rq", did you mean rational_quadratic?`},
		{"rfb", 1, `unknown kernel "rfb", did you mean rbf?`},
		{"température*rbf", 1, `unknown kernel "température", want ` + allNames()},
		{strings.Repeat("x", 1000), 1, `unknown kernel "` + strings.Repeat("x", 30) + `...", want rbf`},
		// Structure.
		{"rbf +", 6, "the text ends, want a kernel"},
		{"+ rbf", 1, `unexpected "+", want a kernel`},
		{"rbf * * rbf", 7, `unexpected "*", want a kernel`},
		{"rbf linear", 5, `unexpected "linear", want + or * before it`},
		{"2 rbf", 3, `unexpected "rbf", want * before it`},
		{"2rbf", 2, `unexpected "rbf", want * before it`},
		{"rbf 2", 5, `unexpected "2", want + or * before it`},
		{"rbf - linear", 5, "kernels cannot be subtracted"},
		{"rbf^2", 4, `unexpected "^", want +, * or the end`},
		{"rbf ; linear", 5, `unexpected ";"`},
		{"rbf + é\x00", 7, `unknown kernel "é", want rbf`},
		{"rbf\xff", 4, `unexpected "\xff"`},
		{"(rbf + linear", 14, "missing ')' for the '(' at character 1"},
		{"(rbf linear)", 6, `unexpected "linear", want +, * or ')'`},
		{"rbf)", 4, "a ')' without its '('"},
		{"()", 2, `unexpected ")", want a kernel`},
		{"rbf(ard", 8, "missing ')' for the '(' at character 4"},
		{"rbf(ard]", 8, `unexpected "]", want ',' or ')'`},
		{deep, 101, "parentheses are nested too deeply, at most 100"},
		{strings.Repeat(" ", 1<<18) + "rbf", 1, "a text of 262147 bytes is too long, at most 262144"},
		// Scales.
		{"2", 1, "a number alone is no kernel, want constant(variance=2) or a factor"},
		{"rbf + 2*3", 7, "a number alone is no kernel, want constant(variance=6) or a factor"},
		{"0*rbf", 1, `a scale must be positive, not "0"`},
		{"0.*rbf", 1, `a scale must be positive, not "0."`},
		{strings.Repeat("0", 1000) + "*rbf", 1, `a scale must be positive, not "` + strings.Repeat("0", 30) + `..."`},
		{"rbf*-2", 5, `a scale must be positive, not "-2"`},
		{"1e999*rbf", 1, "a scale is out of range"},
		{"1e300*1e300*rbf", 7, "the product of the scales is out of range"},
		{"1e-300*1e-300*rbf", 8, "the product of the scales is out of range"},
		{"rbf*white", 5, "white noise cannot be a factor of a product"},
		{"rbf*(linear + 2*white)", 17, "white noise cannot be a factor of a product"},
		// Parameters.
		{"rbf(period=1)", 5, `rbf has no parameter "period": it has variance and lengthscale, and takes ard and dims`},
		{"polynomial(ord=1)", 12, `polynomial has no parameter "ord": it has variance and bias, and takes degree and dims`},
		{"rbf(fixed(period=1))", 11, `rbf has no parameter "period": it has variance and lengthscale`},
		{"rbf(fixed(ard))", 11, `rbf has no parameter "ard"`},
		{"rbf(0.3)", 5, `unexpected "0.3", want an argument of rbf`},
		{"rbf(ard,)", 9, `unexpected ")", want an argument of rbf`},
		{"rbf(variance)", 13, `unexpected ")", want = and a number after variance`},
		{"rbf(variance=)", 14, `unexpected ")", want a number for variance`},
		{"rbf(variance=nan)", 14, `unexpected "nan", want a number for variance`},
		{"rbf(variance=1e)", 15, `unexpected "e", want ',' or ')'`},
		{"rbf(variance=0)", 14, `variance must be positive, not "0"`},
		{"rbf(variance=1e-999)", 14, `variance must be positive, not "1e-999"`},
		{"rbf(variance=-1)", 14, `variance must be positive, not "-1"`},
		{"rbf(variance=1e999)", 14, "variance is out of range"},
		{"rbf(variance=1, variance=2)", 17, "variance is given twice"},
		{"rbf(variance=1, fixed(variance))", 23, "variance is given twice"},
		{"rbf(fixed(variance=1), free(variance=2))", 29, "variance is both fixed and free"},
		{"rbf(fixed)", 10, `unexpected ")", want ( after fixed`},
		{"rbf(free())", 10, `unexpected ")", want a parameter of rbf`},
		{"rbf(fixed(variance=1)", 22, "missing ')' for the '(' at character 4"},
		{"rbf(fixed(variance=1", 21, "missing ')' for the '(' at character 10"},
		// ard, lists and indices.
		{"constant(ard)", 10, "constant has no number an input, so no ard: it has variance"},
		{"white(ard)", 7, "white has no number an input, so no ard: it has variance"},
		{"polynomial(ard)", 12, "polynomial has no number an input, so no ard: it has variance and bias"},
		{"constant(dims=0)", 10, "constant does not depend on inputs, so no dims: it has variance"},
		{"rbf(ard, ard)", 10, "ard is given twice"},
		{"rbf(ard=1)", 8, "ard takes no value"},
		{"rbf(lengthscale=[1, 2, 3])", 17, "lengthscale is one number for all inputs, want ard for one each: rbf(ard, ...)"},
		{"rbf(ard, lengthscale=[1, 2])", 22, "lengthscale has 2 numbers for 3 inputs"},
		{"rbf(ard, dims=1, lengthscale=[1, 2])", 30, "lengthscale has 2 numbers for 1 inputs"},
		{"rbf(ard, variance=[1, 2, 3])", 19, "variance of rbf is one number"},
		{"rbf(variance[0]=1)", 5, "variance of rbf is one number"},
		{"rbf(lengthscale[0]=1)", 5, "lengthscale is one number for all inputs, want ard for one each: rbf(ard, ...)"},
		{"rbf(ard, lengthscale[3]=1)", 10, "lengthscale[3] for 3 inputs, counted from 0"},
		{"rbf(ard, lengthscale[0]=[1])", 25, "lengthscale[0] is one number, not a list"},
		{"rbf(ard, lengthscale=2, lengthscale[1]=1)", 25, "lengthscale is given twice"},
		{"rbf(ard, lengthscale=[1, 2", 27, "missing ']' for the '[' at character 22"},
		{"rbf(ard, lengthscale=[])", 23, `unexpected "]", want a number for lengthscale`},
		{"rbf(ard, lengthscale[x]=1)", 22, `unexpected "x", want a whole number for the index of lengthscale`},
		// degree.
		{"rbf(degree=2)", 5, `rbf has no parameter "degree"`},
		{"polynomial(degree=0)", 19, "degree must be from 1 to 20, not 0"},
		{"polynomial(degree=21)", 19, "degree must be from 1 to 20, not 21"},
		{"polynomial(degree=2.5)", 19, `degree must be a whole number, not "2.5"`},
		{"polynomial(degree=99999999999999999999)", 19, `degree must be a whole number, not "99999999999999999999"`},
		{"polynomial(degree=-1)", 19, `unexpected "-", want a whole number for degree`},
		{"polynomial(degree=2, degree=2)", 22, "degree is given twice"},
		// dims.
		{"rbf(dims=3)", 10, `no column 3: the columns are 0 "year", 1 "month", 2 "wind speed"`},
		{"rbf(dims=1:9)", 10, `no column 3: the columns are 0 "year", 1 "month", 2 "wind speed"`},
		{"rbf(dims=0:999999999)", 10, `no column 3: the columns`},
		{"rbf(dims=2:1)", 10, "the range 2:1 is empty, want its end behind its start"},
		{"rbf(dims=1:1)", 10, "the range 1:1 is empty, want its end behind its start"},
		{"rbf(dims=)", 10, `unexpected ")", want a column, such as 0, 0:2 or a name`},
		{"rbf(dims=[])", 11, `unexpected "]", want a column, such as 0, 0:2 or a name`},
		{"rbf(dims=1.5)", 10, `a column must be a whole number, not "1.5"`},
		{"rbf(dims=0:x)", 12, `unexpected "x", want a whole number for the end of the range`},
		{"rbf(dims=day)", 10, `no column "day": the columns are 0 "year", 1 "month", 2 "wind speed"`},
		{"rbf(dims='day)", 10, "a quoted name without its closing quote"},
		{"rbf(dims=[year, 0])", 17, "column 0 is given twice"},
		{"rbf(dims=[0:2, 1])", 16, "column 1 is given twice"},
		{"rbf(dims=0, dims=1)", 13, "dims is given twice"},
		{"rbf(dims)", 9, `unexpected ")", want = after dims`},
		{"rbf(dims=0:2, 1)", 15, `unexpected "1", want an argument of rbf`},
		// Characters are counted, not bytes.
		{"rbf(dims='é') + x", 10, `no column "é"`},
	} {
		_, err := kernel.Parse(c.text, columnNames(3))
		var syntax *kernel.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%.40q: error %v", c.text, err)
			continue
		}
		if want := fmt.Sprintf("kernel text, character %d: %s", c.character, c.reason); !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.40q\ngot  %v\nwant %s", c.text, err, want)
		}
	}
}

func TestParseOddInputs(t *testing.T) {
	for _, c := range []struct {
		text   string
		inputs []string
		want   string
	}{
		{"rbf + linear", nil, "kernel text, character 7: linear needs an input"},
		{"rbf(ard)", nil, "kernel text, character 1: rbf needs an input"},
		{"rbf(dims=0)", nil, "kernel text, character 10: no column 0: there are no inputs"},
		{"rbf(dims=a)", []string{"a", "a"}, `kernel text, character 10: more than one column "a", want an index`},
		{"rbf(dims=j)", strings.Split("abcdefghi", ""), `kernel text, character 10: no column "j": the columns are 0 "a", 1 "b", 2 "c", 3 "d", 4 "e", 5 "f", 6 "g", 7 "h", ...`},
		{strings.Repeat("rbf(ard)+", 300) + "rbf", make([]string, 1000), "kernel text, character 2350: the kernel has too many parameters, at most 262144"},
	} {
		if _, err := kernel.Parse(c.text, c.inputs); err == nil || err.Error() != c.want {
			t.Errorf("%.30s of %d inputs: error %v, want %s", c.text, len(c.inputs), err, c.want)
		}
	}
}

func TestPointer(t *testing.T) {
	long := strings.Repeat("rbf + ", 100)
	for _, c := range []struct{ text, want string }{
		{"rbf + maternn", "rbf + maternn\n      ^"},
		{"rbf(dims='é') +\n x", "rbf(dims='é') +  x\n         ^"},
		{"rbf\t+", "rbf +\n     ^"},
		{"", "\n^"},
		{long + "x + " + long, "..." + strings.Repeat("rbf + ", 10) + "x + " + (long)[:56] + "...\n" + strings.Repeat(" ", 63) + "^"},
	} {
		_, err := kernel.Parse(c.text, columnNames(1))
		var syntax *kernel.SyntaxError
		if !errors.As(err, &syntax) {
			t.Fatalf("%q: error %v", c.text, err)
		}
		if got := syntax.Pointer(); got != c.want {
			t.Errorf("got\n%s\nwant\n%s", got, c.want)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		if _, err := kernel.Parse(co2Text, columnNames(1)); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleParse() {
	e, err := kernel.Parse("rbf(lengthscale=50) + rbf*periodic(fixed(period=1))", []string{"year"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, p := range kernel.Params(e.Kernel) {
		fmt.Println(p.Name, p.Value, e.Written[i])
	}
	// Output:
	// sum.0.RBF.variance 1 false
	// sum.0.RBF.lengthscale 50 true
	// sum.1.product.0.RBF.variance 1 false
	// sum.1.product.0.RBF.lengthscale 1 false
	// sum.1.product.1.Periodic.lengthscale 1 false
}

func ExampleSyntaxError() {
	_, err := kernel.Parse("rbf + periodc", []string{"year"})
	fmt.Println(err)
	var syntax *kernel.SyntaxError
	if errors.As(err, &syntax) {
		fmt.Println(syntax.Pointer())
	}
	// Output:
	// kernel text, character 7: unknown kernel "periodc", did you mean periodic?
	// rbf + periodc
	//       ^
}

// allNames returns the names of all families as errors list them.
func allNames() string {
	var names []string
	for _, f := range kernel.Families() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}
