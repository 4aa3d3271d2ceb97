package kernel

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parser reads a text from left to right with one token of look-ahead.
type parser struct {
	text    string
	inputs  []string
	tok     token
	next    int // where the text behind tok starts
	nesting int
	numbers int
}

func newParser(text string, inputs []string) *parser {
	return &parser{text: text, inputs: inputs}
}

func (p *parser) errorAt(offset int, format string, args ...any) error {
	return &SyntaxError{p.text, offset, fmt.Sprintf(format, args...)}
}

// advance moves to the next token and returns the one before.
func (p *parser) advance() token {
	t := p.tok
	p.tok, p.next = lex(p.text, p.next)
	return t
}

// unexpected says that tok is not what is wanted.
func (p *parser) unexpected(want string) error {
	switch p.tok.kind {
	case tokenBad:
		return p.errorAt(p.tok.offset, "%s", p.tok.text)
	case tokenEnd:
		return p.errorAt(len(p.text), "the text ends, want %s", want)
	}
	return p.errorAt(p.tok.offset, "unexpected %s, want %s", quoted(p.tok.text), want)
}

func (p *parser) expect(kind rune, want string) (token, error) {
	if p.tok.kind != kind {
		return token{}, p.unexpected(want)
	}
	return p.advance(), nil
}

// close reads the bracket that closes the one at offset; want says what else
// could stand there.
func (p *parser) close(kind rune, offset int, want string) error {
	if p.tok.kind == tokenEnd {
		open := &SyntaxError{Text: p.text, Offset: offset}
		return p.errorAt(len(p.text), "missing %q for the %q at character %d", kind, p.text[offset], open.Character())
	}
	_, err := p.expect(kind, fmt.Sprintf("%s%q", want, kind))
	return err
}

// parse reads the whole text.
func (p *parser) parse() (*node, error) {
	if len(p.text) > maxText {
		return nil, p.errorAt(0, "a text of %d bytes is too long, at most %d", len(p.text), maxText)
	}
	p.advance()
	if p.tok.kind == tokenEnd {
		return nil, p.errorAt(0, "the text is empty, want a kernel such as rbf(ard)")
	}
	n, err := p.sum()
	if err != nil {
		return nil, err
	}
	switch p.tok.kind {
	case tokenEnd:
		return n, nil
	case ')':
		return nil, p.errorAt(p.tok.offset, "a ')' without its '('")
	case '-':
		return nil, p.errorAt(p.tok.offset, "kernels cannot be subtracted")
	case tokenName, tokenNumber, '(':
		return nil, p.errorAt(p.tok.offset, "unexpected %s, want + or * before it", quoted(p.tok.text))
	}
	return nil, p.unexpected("+, * or the end")
}

func (p *parser) sum() (*node, error) {
	var terms []*node
	for {
		t, err := p.product()
		if err != nil {
			return nil, err
		}
		terms = append(terms, t)
		if p.tok.kind != '+' {
			return join(sumLevel, terms), nil
		}
		p.advance()
	}
}

// product reads factors; the numbers among them multiply to one scale.
func (p *parser) product() (*node, error) {
	start, factor, scaled := p.tok, 1.0, false
	var factors []*node
	for {
		if p.tok.kind == tokenNumber || p.tok.kind == '-' {
			offset := p.tok.offset
			v, err := p.number("a scale")
			if err != nil {
				return nil, err
			}
			factor, scaled = factor*v, true
			if factor == 0 || math.IsInf(factor, 0) {
				return nil, p.errorAt(offset, "the product of the scales is out of range")
			}
		} else {
			n, err := p.factor()
			if err != nil {
				return nil, err
			}
			factors = append(factors, n)
		}
		if p.tok.kind != '*' {
			break
		}
		p.advance()
	}
	if len(factors) == 0 {
		switch p.tok.kind {
		case tokenName, '(':
			return nil, p.errorAt(p.tok.offset, "unexpected %s, want * before it", quoted(p.tok.text))
		}
		return nil, p.errorAt(start.offset, "a number alone is no kernel, want constant(variance=%s) or a factor", formatNumber(factor))
	}
	n := join(productLevel, factors)
	if scaled {
		n = &node{level: scaledLevel, factor: factor, children: []*node{n}, offset: start.offset}
	}
	return n, nil
}

func (p *parser) factor() (*node, error) {
	switch p.tok.kind {
	case tokenName:
		return p.call()
	case '(':
		open := p.advance().offset
		p.nesting++
		if p.nesting > maxNesting {
			return nil, p.errorAt(open, "parentheses are nested too deeply, at most %d", maxNesting)
		}
		n, err := p.sum()
		if err != nil {
			return nil, err
		}
		p.nesting--
		return n, p.close(')', open, "+, * or ")
	}
	return nil, p.unexpected("a kernel")
}

// number reads a positive number; what it is for shows in errors.
func (p *parser) number(what string) (float64, error) {
	offset := p.tok.offset
	if p.tok.kind == '-' {
		p.advance()
		if p.tok.kind == tokenNumber {
			return 0, p.errorAt(offset, "%s must be positive, not %s", what, quoted("-"+p.tok.text))
		}
	}
	t, err := p.expect(tokenNumber, "a number for "+what)
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(t.text, 64)
	switch {
	case math.IsInf(v, 0):
		return 0, p.errorAt(offset, "%s is out of range", what)
	case err != nil:
		return 0, p.errorAt(offset, "%s is no number", quoted(t.text))
	case v == 0:
		return 0, p.errorAt(offset, "%s must be positive, not %s", what, quoted(t.text))
	}
	return v, nil
}

// integer reads digits.
func (p *parser) integer(what string) (int, error) {
	if p.tok.kind != tokenNumber {
		return 0, p.unexpected("a whole number for " + what)
	}
	v, err := strconv.Atoi(p.tok.text)
	if err != nil {
		return 0, p.errorAt(p.tok.offset, "%s must be a whole number, not %s", what, quoted(p.tok.text))
	}
	p.advance()
	return v, nil
}

// call reads a kernel's name and its arguments.
func (p *parser) call() (*node, error) {
	name := p.advance()
	f := findFamily(name.text)
	if f == nil {
		if near := suggest(name.text); len(near) > 0 {
			return nil, p.errorAt(name.offset, "unknown kernel %s, did you mean %s?", quoted(name.text), listed(near, "or"))
		}
		return nil, p.errorAt(name.offset, "unknown kernel %s, want %s", quoted(name.text), strings.Join(familyNames(), ", "))
	}
	a := newArguments(p, f)
	if p.tok.kind == '(' {
		if err := a.read(); err != nil {
			return nil, err
		}
	}
	l, err := a.leaf(name.offset)
	if err != nil {
		return nil, err
	}
	return &node{leaf: l, offset: name.offset}, nil
}
