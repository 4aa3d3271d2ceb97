package kernel

import (
	"fmt"
	"slices"
	"strings"
)

// arguments are what stands in the parentheses of a kernel.
type arguments struct {
	*parser
	family   *Family
	seen     []string // ard, dims and whole numbers
	ard      bool
	columns  []int
	chosen   []bool // of all inputs, whether they are among columns
	whole    []int  // in the order of the fields
	settings []setting
}

func newArguments(p *parser, f *Family) *arguments {
	return &arguments{parser: p, family: f, whole: f.layoutOf(f.New(1, false)).whole}
}

// setting is a number or a mark for a parameter. Only when all arguments are
// read is it known how many numbers the parameter has.
type setting struct {
	param  string
	index  int       // -1 for all
	values []float64 // none, one, or a list
	list   bool
	mark   mark
	offset int // of the name
	at     int // of the value
}

// read reads the arguments from "(" to ")".
func (a *arguments) read() error {
	open := a.advance().offset
	for a.tok.kind != ')' {
		if err := a.argument(); err != nil {
			return err
		}
		if a.tok.kind != ',' {
			break
		}
		if a.advance(); a.tok.kind == ')' {
			return a.unexpected("an argument of " + a.family.Name)
		}
	}
	return a.close(')', open, "',' or ")
}

func (a *arguments) argument() error {
	name := a.tok
	switch {
	case name.kind != tokenName:
		return a.unexpected("an argument of " + a.family.Name)
	case name.text == "fixed" || name.text == "free":
		a.advance()
		return a.group(name.text)
	case slices.Contains(a.family.paramNames(), name.text):
		return a.setting(unmarked)
	case !slices.Contains(a.options(), name.text):
		return a.unknown(name)
	}
	if slices.Contains(a.seen, name.text) {
		return a.errorAt(name.offset, "%s is given twice", name.text)
	}
	a.seen = append(a.seen, name.text)
	a.advance()
	if name.text == "ard" {
		a.ard = true
		if a.tok.kind == '=' {
			return a.errorAt(a.tok.offset, "ard takes no value")
		}
		return nil
	}
	if _, err := a.expect('=', "= after "+name.text); err != nil {
		return err
	}
	if name.text == "dims" {
		return a.dims()
	}
	return a.wholeNumber(name.text)
}

// wholeNumber reads a number that is structure, such as a degree.
func (a *arguments) wholeNumber(name string) error {
	offset := a.tok.offset
	v, err := a.integer(name)
	if err != nil {
		return err
	}
	at := 0
	for _, q := range a.family.Fields {
		if q.Layout != Whole {
			continue
		}
		if q.Name == name {
			if float64(v) < q.Lower || float64(v) > q.Upper {
				return a.errorAt(offset, "%s must be from %v to %v, not %d", name, q.Lower, q.Upper, v)
			}
			a.whole[at] = v
		}
		at++
	}
	return nil
}

// options returns the arguments of the family that are no parameters.
func (a *arguments) options() []string {
	var out []string
	for _, q := range a.family.Fields {
		if q.Layout == Whole {
			out = append(out, q.Name)
		}
	}
	if a.family.TakesARD() {
		out = append(out, "ard")
	}
	if !a.family.Inputless {
		out = append(out, "dims")
	}
	return out
}

func (a *arguments) unknown(name token) error {
	has := fmt.Sprintf("it has %s", listed(a.family.paramNames(), "and"))
	switch name.text {
	case "ard":
		return a.errorAt(name.offset, "%s has no number an input, so no ard: %s", a.family.Name, has)
	case "dims":
		return a.errorAt(name.offset, "%s does not depend on inputs, so no dims: %s", a.family.Name, has)
	}
	if o := a.options(); len(o) > 0 {
		has += ", and takes " + listed(o, "and")
	}
	return a.errorAt(name.offset, "%s has no parameter %s: %s", a.family.Name, quoted(name.text), has)
}

// group reads the settings of fixed(...) or free(...).
func (a *arguments) group(word string) error {
	m := markFixed
	if word == "free" {
		m = markFree
	}
	open, err := a.expect('(', "( after "+word)
	if err != nil {
		return err
	}
	for {
		if a.tok.kind != tokenName {
			return a.unexpected("a parameter of " + a.family.Name)
		}
		if !slices.Contains(a.family.paramNames(), a.tok.text) {
			return a.errorAt(a.tok.offset, "%s has no parameter %s: it has %s", a.family.Name, quoted(a.tok.text), listed(a.family.paramNames(), "and"))
		}
		if err := a.setting(m); err != nil {
			return err
		}
		if a.tok.kind != ',' {
			return a.close(')', open.offset, "',' or ")
		}
		a.advance()
	}
}

// setting reads param, param[index], and with them = and a number or list.
func (a *arguments) setting(m mark) (err error) {
	name := a.advance()
	s := setting{param: name.text, index: -1, mark: m, offset: name.offset}
	if a.tok.kind == '[' {
		open := a.advance().offset
		if s.index, err = a.integer("the index of " + s.param); err != nil {
			return err
		}
		if err := a.close(']', open, ""); err != nil {
			return err
		}
	}
	if m == unmarked || a.tok.kind == '=' {
		if _, err := a.expect('=', "= and a number after "+s.param); err != nil {
			return err
		}
		s.at = a.tok.offset
		if s.values, s.list, err = a.values(s.param); err != nil {
			return err
		}
		for _, v := range s.values {
			if q := a.family.field(s.param); !q.contains(v) {
				return a.errorAt(s.at, "%v", &ParamError{Param{Name: s.param, Value: v, Lower: q.Lower, Upper: q.Upper}})
			}
		}
		if s.list && s.index >= 0 {
			return a.errorAt(s.at, "%s[%d] is one number, not a list", s.param, s.index)
		}
	}
	a.settings = append(a.settings, s)
	return nil
}

// values reads a number or a list of numbers.
func (a *arguments) values(what string) (v []float64, list bool, err error) {
	if a.tok.kind != '[' {
		x, err := a.number(what)
		return []float64{x}, false, err
	}
	open := a.advance().offset
	for {
		x, err := a.number(what)
		if err != nil {
			return nil, false, err
		}
		v = append(v, x)
		if a.tok.kind != ',' {
			return v, true, a.close(']', open, "',' or ")
		}
		a.advance()
	}
}

// dims reads a column or a list of columns.
func (a *arguments) dims() error {
	if a.tok.kind != '[' {
		return a.column()
	}
	open := a.advance().offset
	for {
		if err := a.column(); err != nil {
			return err
		}
		if a.tok.kind != ',' {
			return a.close(']', open, "',' or ")
		}
		a.advance()
	}
}

// column reads an index, a half-open range of them, or a name.
func (a *arguments) column() error {
	start := a.tok
	var from, to int
	switch start.kind {
	case tokenName, tokenQuoted:
		a.advance()
		from = slices.Index(a.inputs, start.text)
		if from < 0 {
			return a.errorAt(start.offset, "no column %s: %s", quoted(start.text), a.columnList())
		}
		if slices.Contains(a.inputs[from+1:], start.text) {
			return a.errorAt(start.offset, "more than one column %s, want an index", quoted(start.text))
		}
		to = from + 1
	case tokenNumber:
		var err error
		if from, err = a.integer("a column"); err != nil {
			return err
		}
		to = from + 1
		if a.tok.kind == ':' {
			a.advance()
			if to, err = a.integer("the end of the range"); err != nil {
				return err
			}
			if to <= from {
				return a.errorAt(start.offset, "the range %d:%d is empty, want its end behind its start", from, to)
			}
		}
	default:
		return a.unexpected("a column, such as 0, 0:2 or a name")
	}
	if to > len(a.inputs) {
		return a.errorAt(start.offset, "no column %d: %s", max(from, len(a.inputs)), a.columnList())
	}
	if a.chosen == nil {
		a.chosen = make([]bool, len(a.inputs))
	}
	for c := from; c < to; c++ {
		if a.chosen[c] {
			return a.errorAt(start.offset, "column %d is given twice", c)
		}
		a.chosen[c] = true
		a.columns = append(a.columns, c)
	}
	return nil
}

// columnList says which columns there are, the first ones of many.
func (a *arguments) columnList() string {
	const most = 8
	if len(a.inputs) == 0 {
		return "there are no inputs"
	}
	var words []string
	for i, name := range a.inputs[:min(most, len(a.inputs))] {
		words = append(words, fmt.Sprintf("%d %s", i, quoted(name)))
	}
	if len(a.inputs) > most {
		words = append(words, "...")
	}
	return "the columns are " + strings.Join(words, ", ")
}

// leaf returns the kernel with its settings.
func (a *arguments) leaf(offset int) (*leaf, error) {
	lay := layout{inputs: len(a.inputs), ard: a.ard && a.family.perInputs(), whole: a.whole}
	if a.columns != nil {
		lay.inputs = len(a.columns)
	}
	if lay.inputs == 0 && (lay.ard || a.family.eachInput()) {
		return nil, a.errorAt(offset, "%s needs an input", a.family.Name)
	}
	l := newLeaf(a.family, lay, a.columns)
	if a.parser.numbers += len(l.numbers); a.parser.numbers > maxNumbers {
		return nil, a.errorAt(offset, "the kernel has too many parameters, at most %d", maxNumbers)
	}
	set := make([]mark, len(l.numbers))
	given := make([]bool, len(l.numbers))
	for _, s := range a.settings {
		if err := a.fits(s, l); err != nil {
			return nil, err
		}
		for i := range l.numbers {
			n := &l.numbers[i]
			if n.param != s.param || s.index >= 0 && s.index != n.index {
				continue
			}
			if given[i] {
				if set[i] != unmarked && s.mark != unmarked && set[i] != s.mark {
					return nil, a.errorAt(s.offset, "%s is both fixed and free", s.param)
				}
				return nil, a.errorAt(s.offset, "%s is given twice", s.param)
			}
			given[i], set[i], n.mark = true, s.mark, s.mark
			switch {
			case s.list:
				n.value, n.written = s.values[n.index], true
			case len(s.values) > 0:
				n.value, n.written = s.values[0], true
			}
		}
	}
	return l, nil
}

// fits checks the shape of a setting against the numbers of a leaf.
func (a *arguments) fits(s setting, l *leaf) error {
	if !s.list && s.index < 0 {
		return nil
	}
	offset, count := s.offset, 0
	if s.list {
		offset = s.at
	}
	for _, n := range l.numbers {
		if n.param == s.param && n.index >= 0 {
			count++
		}
	}
	switch {
	case count == 0 && a.family.field(s.param).Layout != One:
		return a.errorAt(offset, "%s is one number for all inputs, want ard for one each: %s(ard, ...)", s.param, a.family.Name)
	case count == 0:
		return a.errorAt(offset, "%s of %s is one number", s.param, a.family.Name)
	case s.list && len(s.values) != count:
		return a.errorAt(offset, "%s has %d numbers for %d inputs", s.param, len(s.values), count)
	case s.index >= count:
		return a.errorAt(offset, "%s[%d] for %d inputs, counted from 0", s.param, s.index, count)
	}
	return nil
}
