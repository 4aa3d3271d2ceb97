package prob

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// family is a distribution in the text form.
type family struct {
	name       string
	parameters []string // as in Parameters
	zero       Parametric
}

// families lists the distributions of the text form, in the order of messages.
func families() []family {
	return []family{
		{"normal", []string{"mean", "sd"}, Normal{}},
		{"lognormal", []string{"mu", "sigma"}, LogNormal{}},
		{"halfnormal", []string{"sd"}, HalfNormal{}},
		{"gamma", []string{"shape", "rate"}, Gamma{}},
		{"inversegamma", []string{"shape", "scale"}, InverseGamma{}},
		{"uniform", []string{"lower", "upper"}, Uniform{}},
		{"cauchy", []string{"location", "scale"}, Cauchy{}},
		{"halfcauchy", []string{"scale"}, HalfCauchy{}},
		{"studentt", []string{"df", "location", "scale"}, StudentT{}},
		{"exponential", []string{"rate"}, Exponential{}},
		{"beta", []string{"a", "b"}, Beta{}},
	}
}

// Parse reads a distribution from its text form, a name and its numbers:
//
//	normal(mean, sd)      lognormal(mu, sigma)         halfnormal(sd)
//	gamma(shape, rate)    inversegamma(shape, scale)   uniform(lower, upper)
//	exponential(rate)     studentt(df, location, scale)
//	cauchy(location, scale)   halfcauchy(scale)        beta(a, b)
//
// The case of the name does not matter, nor does space around its parts. Numbers
// are in Go's syntax of floating-point literals, with a sign. A result has been
// validated, and its String reads back as an equal value. The error is a
// *[ParseError].
func Parse(text string) (Parametric, error) {
	p := parser{text: text}
	return p.distribution()
}

type parser struct {
	text string
	at   int
}

func (p *parser) fail(offset int, format string, args ...any) *ParseError {
	return &ParseError{Text: p.text, Offset: offset, Message: fmt.Sprintf(format, args...)}
}

// take returns the text up to the next stop character, without the space around it,
// and its offset.
func (p *parser) take(stops string) (token string, offset int) {
	p.space()
	offset = p.at
	if n := strings.IndexAny(p.text[p.at:], stops); n >= 0 {
		p.at += n
	} else {
		p.at = len(p.text)
	}
	return strings.TrimRightFunc(p.text[offset:p.at], unicode.IsSpace), offset
}

func (p *parser) space() {
	rest := strings.TrimLeftFunc(p.text[p.at:], unicode.IsSpace)
	p.at = len(p.text) - len(rest)
}

// accept skips the character c if it is next, and reports whether it was.
func (p *parser) accept(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *parser) distribution() (Parametric, error) {
	f, err := p.name()
	if err != nil {
		return nil, err
	}
	signature := f.name + "(" + strings.Join(f.parameters, ", ") + ")"
	if !p.accept('(') {
		return nil, p.fail(p.at, "want ( as in %s", signature)
	}
	values, offsets, err := p.numbers(signature)
	if err != nil {
		return nil, err
	}
	if n, want := len(values), len(f.parameters); n != want {
		plural := "s"
		if want == 1 {
			plural = ""
		}
		at := p.at - 1 // the closing parenthesis
		if n > want {
			at = offsets[want]
		}
		return nil, p.fail(at, "%s takes %d argument%s (%s), got %d", f.name, want, plural, strings.Join(f.parameters, ", "), n)
	}
	if p.space(); p.at < len(p.text) {
		return nil, p.fail(p.at, "nothing may follow the closing parenthesis")
	}
	d := f.zero.WithParameters(values...)
	var bad *ParamError
	if errors.As(d.(Validator).Validate(), &bad) {
		for i, name := range f.parameters {
			if name == bad.Parameter {
				failure := p.fail(offsets[i], "%s", bad.Error())
				failure.Err = bad
				return nil, failure
			}
		}
	}
	return d, nil
}

func (p *parser) name() (family, error) {
	token, at := p.take("(,)")
	var known []string
	for _, f := range families() {
		if strings.EqualFold(token, f.name) {
			return f, nil
		}
		known = append(known, f.name)
	}
	list := strings.Join(known, ", ")
	if token == "" {
		return family{}, p.fail(at, "want the name of a distribution: %s", list)
	}
	return family{}, p.fail(at, "unknown distribution %s, known are %s", quote(token), list)
}

// numbers reads the numbers and the closing parenthesis.
func (p *parser) numbers(signature string) (values []float64, offsets []int, err error) {
	for {
		token, at := p.take(",()")
		if token == "" && len(values) == 0 && p.accept(')') {
			return nil, nil, nil
		}
		v, err := p.number(token, at)
		if err != nil {
			return nil, nil, err
		}
		values, offsets = append(values, v), append(offsets, at)
		switch {
		case p.accept(','):
		case p.accept(')'):
			return values, offsets, nil
		default:
			return nil, nil, p.fail(p.at, "want ) as in %s", signature)
		}
	}
}

func (p *parser) number(token string, at int) (float64, error) {
	if token == "" {
		return 0, p.fail(at, "want a number")
	}
	v, err := strconv.ParseFloat(token, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		failure := p.fail(at, "%s is too large for a number", quote(token))
		failure.Err = err
		return 0, failure
	case err != nil:
		failure := p.fail(at, "%s is not a number", quote(token))
		failure.Err = err
		return 0, failure
	case math.IsNaN(v) || math.IsInf(v, 0):
		return 0, p.fail(at, "%s is not finite", quote(token))
	}
	return v, nil
}

// quote quotes a token for a message, cut if it is long.
func quote(token string) string {
	const most = 32
	if utf8.RuneCountInString(token) > most {
		token = string([]rune(token)[:most]) + "..."
	}
	return strconv.Quote(token)
}

// format returns the text form, each number as the shortest text that reads back the
// same.
func format(name string, values ...float64) string {
	b := append([]byte(name), '(')
	for i, v := range values {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = strconv.AppendFloat(b, v, 'g', -1, 64)
	}
	return string(append(b, ')'))
}
