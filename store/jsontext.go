package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// decoder walks through a JSON text that is known to be valid.
type decoder struct {
	text []byte
	at   int
	path []string // of the value that is read: ".name" and "[i]"
}

func newDecoder(text []byte) (*decoder, error) {
	var valid json.RawMessage
	if err := json.Unmarshal(text, &valid); err != nil {
		return nil, err
	}
	if !utf8.Valid(text) {
		return nil, errors.New("the text is not UTF-8")
	}
	return &decoder{text: text}, nil
}

// errorf returns an error of the value at the decoder's path.
func (d *decoder) errorf(format string, args ...any) error {
	message := fmt.Sprintf(format, args...)
	if place := strings.TrimPrefix(strings.Join(d.path, ""), "."); place != "" {
		message = place + ": " + message
	}
	return errors.New(message)
}

// within reads by f what is at a place of the path.
func (d *decoder) within(place string, f func() error) error {
	d.path = append(d.path, place)
	err := f()
	d.path = d.path[:len(d.path)-1]
	return err
}

// peek returns the first byte of what is next.
func (d *decoder) peek() byte {
	for strings.IndexByte(" \t\r\n", d.text[d.at]) >= 0 {
		d.at++
	}
	return d.text[d.at]
}

// accept reports whether c is next, and passes it if it is.
func (d *decoder) accept(c byte) bool {
	if d.peek() != c {
		return false
	}
	d.at++
	return true
}

// null passes null, and reports whether it was there.
func (d *decoder) null() bool {
	if d.peek() != 'n' {
		return false
	}
	d.at += len("null")
	return true
}

// scalar returns the text of a string, of a number or of a literal.
func (d *decoder) scalar() []byte {
	if d.peek() == '"' {
		start := d.at
		for d.at++; d.text[d.at] != '"'; d.at++ {
			if d.text[d.at] == '\\' {
				d.at++
			}
		}
		d.at++
		return d.text[start:d.at]
	}
	start := d.at
	for d.at < len(d.text) && strings.IndexByte(" \t\r\n,]}", d.text[d.at]) < 0 {
		d.at++
	}
	return d.text[start:d.at]
}

// members calls f for each member of an object, with its name; f reads the value.
func (d *decoder) members(f func(name string) error) error {
	if !d.accept('{') {
		return d.errorf("not an object")
	}
	seen := map[string]bool{}
	for !d.accept('}') {
		d.accept(',')
		d.peek()
		name, err := unquote(d.scalar())
		if err != nil {
			return d.errorf("%v", err)
		}
		if seen[name] {
			return d.errorf("field %q is there twice", name)
		}
		seen[name] = true
		d.accept(':')
		if err := d.within("."+name, func() error { return f(name) }); err != nil {
			return err
		}
	}
	return nil
}

// elements calls f for each element of a list; f reads it.
func (d *decoder) elements(f func(i int) error) error {
	if !d.accept('[') {
		return d.errorf("not a list")
	}
	for i := 0; !d.accept(']'); i++ {
		d.accept(',')
		if err := d.within("["+strconv.Itoa(i)+"]", func() error { return f(i) }); err != nil {
			return err
		}
	}
	return nil
}

// skip passes a value and returns its text. No object of it has a field twice.
func (d *decoder) skip() (json.RawMessage, error) {
	var err error
	c := d.peek()
	start := d.at
	switch c {
	case '{':
		err = d.members(func(string) error { _, err := d.skip(); return err })
	case '[':
		err = d.elements(func(int) error { _, err := d.skip(); return err })
	default:
		d.scalar()
	}
	return d.text[start:d.at], err
}

// number returns the number of a valid JSON scalar.
func number(text []byte) (float64, error) {
	if c := text[0]; c != '-' && (c < '0' || c > '9') {
		return 0, fmt.Errorf("%s is not a number", text)
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return 0, fmt.Errorf("%s is beyond the range of numbers", text)
	}
	return f, nil
}

// unquote returns the string of a valid JSON scalar.
func unquote(text []byte) (s string, err error) {
	if text[0] != '"' {
		return "", fmt.Errorf("%s is not a text", text)
	}
	return s, json.Unmarshal(text, &s)
}
