package prob_test

import (
	"errors"
	"strings"
	"testing"

	"matheron/prob"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text string
		want prob.Distribution
	}{
		{"normal(0,1)", prob.Normal{Mean: 0, SD: 1}},
		{" Normal ( -1.5e-3 ,\t2 ) ", prob.Normal{Mean: -1.5e-3, SD: 2}},
		{"LOGNORMAL(0, 0.3)", prob.LogNormal{Mu: 0, Sigma: 0.3}},
		{"HalfNormal(.5)", prob.HalfNormal{SD: 0.5}},
		{"gamma(2,+0.1)", prob.Gamma{Shape: 2, Rate: 0.1}},
		{"InverseGamma(0x1p-1, 5)", prob.InverseGamma{Shape: 0.5, Scale: 5}},
		{"uniform(-1,\n1)", prob.Uniform{Lower: -1, Upper: 1}},
		{"cauchy(0,2.5)", prob.Cauchy{Location: 0, Scale: 2.5}},
		{"HalfCauchy(5)", prob.HalfCauchy{Scale: 5}},
		{"StudentT(4, 1, .5)", prob.StudentT{DF: 4, Location: 1, Scale: 0.5}},
		{"Exponential(1e-2)", prob.Exponential{Rate: 0.01}},
		{"BETA(2, 0.5)", prob.Beta{A: 2, B: 0.5}},
	} {
		got, err := prob.Parse(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
		} else if got != c.want {
			t.Errorf("%q: %v, want %v", c.text, got, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	const names = "normal, lognormal, halfnormal, gamma, inversegamma, uniform, cauchy, halfcauchy, studentt, exponential, beta"
	for _, c := range []struct {
		text    string
		offset  int
		message string
	}{
		{"", 0, "want the name of a distribution: " + names},
		{"  (1)", 2, "want the name of a distribution: " + names},
		{"weibull(0, 1)", 0, `unknown distribution "weibull", known are ` + names},
		{" norm(0, 1)", 1, `unknown distribution "norm", known are ` + names},
		{strings.Repeat("λ", 50), 0, `unknown distribution "` + strings.Repeat("λ", 32) + `...", known are ` + names},
		{"lognormal", 9, "want ( as in lognormal(mu, sigma)"},
		{"lognormal)", 9, "want ( as in lognormal(mu, sigma)"},
		{"lognormal(1)", 11, "lognormal takes 2 arguments (mu, sigma), got 1"},
		{"halfnormal()", 11, "halfnormal takes 1 argument (sd), got 0"},
		{"gamma(1, 2, 3)", 12, "gamma takes 2 arguments (shape, rate), got 3"},
		{"normal(0, x)", 10, `"x" is not a number`},
		{"normal(0 1, 2)", 7, `"0 1" is not a number`},
		{"normal(0,)", 9, "want a number"},
		{"normal(,1)", 7, "want a number"},
		{"normal(", 7, "want a number"},
		{"normal(0, 1", 11, "want ) as in normal(mean, sd)"},
		{"normal(0(, 1)", 8, "want ) as in normal(mean, sd)"},
		{"normal(0, 1) * 2", 13, "nothing may follow the closing parenthesis"},
		{"normal(NaN, 1)", 7, `"NaN" is not finite`},
		{"normal(0, Inf)", 10, `"Inf" is not finite`},
		{"normal(0, 1e999)", 10, `"1e999" is too large for a number`},
		{"normal(0, -1)", 10, "normal: sd is -1, must be positive and finite"},
		{"uniform(2, 1)", 11, "uniform: upper is 1, must be above lower"},
		{"studentt(4, 1)", 13, "studentt takes 3 arguments (df, location, scale), got 2"},
		{"cauchy(0, 0)", 10, "cauchy: scale is 0, must be positive and finite"},
		{"beta(1, -2)", 8, "beta: b is -2, must be positive and finite"},
		{"gamma(0, 1)", 6, "gamma: shape is 0, must be positive and finite"},
	} {
		d, err := prob.Parse(c.text)
		var bad *prob.ParseError
		if !errors.As(err, &bad) || d != nil {
			t.Errorf("%q: %v and error %v", c.text, d, err)
			continue
		}
		if bad.Offset != c.offset || bad.Message != c.message || bad.Text != c.text {
			t.Errorf("%q: at %d %q, want at %d %q", c.text, bad.Offset, bad.Message, c.offset, c.message)
		}
		if strings.ContainsAny(err.Error(), "\r\n") {
			t.Errorf("%q: error of several lines: %q", c.text, err)
		}
	}
}

func TestParseErrorText(t *testing.T) {
	_, err := prob.Parse("λ(1)\n")
	const want = `"λ(1)\n", character 1: unknown distribution "λ", known are normal, lognormal, halfnormal, gamma, inversegamma, uniform, cauchy, halfcauchy, studentt, exponential, beta`
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	_, err = prob.Parse("normal(λ, λ)")
	if err == nil || !strings.HasPrefix(err.Error(), `"normal(λ, λ)", character 8: `) {
		t.Errorf("error %v", err)
	}
	_, err = prob.Parse("normal(1, -2)")
	var bad *prob.ParamError
	if !errors.As(err, &bad) || bad.Value != -2 {
		t.Errorf("no ParamError within %v", err)
	}
}

// FuzzParse checks that no text makes Parse panic, that an error points into the
// text, and that what parses prints to a text that parses to an equal value.
func FuzzParse(f *testing.F) {
	for _, c := range table(f) {
		f.Add(c.Text)
	}
	for _, text := range []string{
		"", "(", ")", ",", "normal", "normal(", "normal()", "normal(,)", "normal(1,2", "normal(1,2))",
		" HalfNormal ( 0x1p-3 ) ", "gamma(1e308, 5e-324)", "uniform(-0, 1)", "lognormal(nan, inf)",
		"normal(1_0, 2)", "normal(1, 2)\x00", "\xff(1)", "normal(\xff, \xff)", "uniform(1e308, -1e308)",
		"studentt(1e308, 0, 5e-324)", "cauchy(-0, 1)", "beta(1,1,1)", "halfcauchy( 2 )", "exponential(+.5)",
		"ſ(1)", "inverſegamma(1, 2)", "λ(1,2)", "normal(1,2) (",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := prob.Parse(text)
		if err != nil {
			var bad *prob.ParseError
			if !errors.As(err, &bad) {
				t.Fatalf("error of type %T", err)
			}
			if bad.Offset < 0 || bad.Offset > len(text) {
				t.Fatalf("offset %d in a text of %d bytes", bad.Offset, len(text))
			}
			if strings.ContainsAny(err.Error(), "\r\n") || err.Error() == "" {
				t.Fatalf("error of several lines: %q", err)
			}
			return
		}
		a := d.(ability)
		if err := a.Validate(); err != nil {
			t.Fatalf("%q parses to %v: %v", text, a, err)
		}
		again, err := prob.Parse(a.String())
		if err != nil || again != d {
			t.Fatalf("%q parses to %v, which parses to %v (%v)", text, a, again, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for range b.N {
		if _, err := prob.Parse("lognormal(0, 0.3)"); err != nil {
			b.Fatal(err)
		}
	}
}
