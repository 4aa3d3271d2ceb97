package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// decode reads text, one JSON value, into v, a pointer. It is strict where
// encoding/json is lenient: the fields of an object are exactly those of the struct,
// by their exact names and each once, and none is missing unless its tag has
// omitempty; a list for an array has its length; null stands for a pointer or a
// slice that is nil, of a field without omitempty, and for nothing else. The error
// starts with the place of what is wrong, such as kernel.terms[0].variance.
//
// Types with the method UnmarshalJSON read their own text, whose objects have no
// field twice.
func decode(text []byte, v any) error {
	d, err := newDecoder(text)
	if err != nil {
		return err
	}
	return d.value(reflect.ValueOf(v).Elem())
}

// decodeWith is decode of an object that has other fields, too: all of those with
// the names, of which it returns the text.
func decodeWith(text []byte, v any, names []string) (map[string]json.RawMessage, error) {
	d, err := newDecoder(text)
	if err != nil {
		return nil, err
	}
	others := make(map[string]json.RawMessage, len(names))
	return others, d.object(reflect.ValueOf(v).Elem(), names, others)
}

// value reads what is next into v.
func (d *decoder) value(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Pointer:
		if d.null() {
			v.SetZero()
			return nil
		}
		v.Set(reflect.New(v.Type().Elem()))
		return d.value(v.Elem())
	case reflect.Slice:
		if d.null() {
			v.SetZero()
			return nil
		}
	}
	if own, ok := v.Addr().Interface().(json.Unmarshaler); ok {
		text, err := d.skip()
		if err != nil {
			return err
		}
		if err := own.UnmarshalJSON(text); err != nil {
			return d.errorf("%v", err)
		}
		return nil
	}
	switch v.Kind() {
	case reflect.Struct:
		return d.object(v, nil, nil)
	case reflect.Slice:
		return d.list(v)
	case reflect.Array:
		return d.array(v)
	}
	return d.basic(v)
}

// object reads the members of an object into the fields of v, and the text of those
// with other names.
func (d *decoder) object(v reflect.Value, names []string, others map[string]json.RawMessage) error {
	fields := fieldsOf(v.Type())
	got := make([]bool, len(fields))
	err := d.members(func(name string) error {
		if slices.Contains(names, name) {
			text, err := d.skip()
			others[name] = text
			return err
		}
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == name })
		if i < 0 {
			return d.unknown(name, fields, names)
		}
		got[i] = true
		f, start := v.FieldByIndex(fields[i].index), d.at
		if err := d.value(f); err != nil {
			return err
		}
		if k := f.Kind(); fields[i].optional && (k == reflect.Pointer && f.IsNil() || k == reflect.Slice && f.Len() == 0) {
			return d.errorf("%s: a field that is not there is left out", bytes.TrimSpace(d.text[start:d.at]))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, f := range fields {
		if !got[i] && !f.optional {
			return d.errorf("field %q is missing", f.name)
		}
	}
	for _, name := range names {
		if _, ok := others[name]; !ok {
			return d.errorf("field %q is missing", name)
		}
	}
	return nil
}

// unknown returns the error of a field that should not be there.
func (d *decoder) unknown(name string, fields []field, names []string) error {
	d.path[len(d.path)-1] = "" // the place is that of the object
	for _, f := range fields {
		names = append(names, f.name)
	}
	for _, known := range names {
		if strings.EqualFold(known, name) {
			return d.errorf("field %q should be written %q", name, known)
		}
	}
	return d.errorf("unknown field %q", name)
}

func (d *decoder) list(v reflect.Value) error {
	if v.Type() == reflect.TypeFor[[]float64]() {
		return d.numbers(v.Addr().Interface().(*[]float64))
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	return d.elements(func(i int) error {
		if v.Cap() == i {
			v.Grow(1)
		}
		v.SetLen(i + 1)
		return d.value(v.Index(i))
	})
}

// numbers reads a list of numbers, of which a file may have many.
func (d *decoder) numbers(dst *[]float64) error {
	out := []float64{}
	if !d.accept('[') {
		return d.errorf("not a list")
	}
	for !d.accept(']') {
		d.accept(',')
		d.peek()
		f, err := number(d.scalarOrValue())
		if err != nil {
			return d.within("["+strconv.Itoa(len(out))+"]", func() error { return d.errorf("%v", err) })
		}
		out = append(out, f)
	}
	*dst = out
	return nil
}

// scalarOrValue returns the text of what is next, of a list or an object its brace.
func (d *decoder) scalarOrValue() []byte {
	if c := d.peek(); c == '{' || c == '[' {
		return d.text[d.at : d.at+1]
	}
	return d.scalar()
}

func (d *decoder) array(v reflect.Value) error {
	n := 0
	err := d.elements(func(i int) error {
		n++
		if i >= v.Len() {
			_, err := d.skip()
			return err
		}
		return d.value(v.Index(i))
	})
	if err == nil && n != v.Len() {
		err = d.errorf("a list of %d, want %d", n, v.Len())
	}
	return err
}

// basic reads a string, a number or a bool.
func (d *decoder) basic(v reflect.Value) error {
	text := d.scalarOrValue()
	var err error
	switch v.Kind() {
	case reflect.String:
		var s string
		if s, err = unquote(text); err == nil {
			v.SetString(s)
		}
	case reflect.Bool:
		switch string(text) {
		case "true", "false":
			v.SetBool(text[0] == 't')
		default:
			err = fmt.Errorf("%s is neither true nor false", text)
		}
	case reflect.Float64:
		var f float64
		if f, err = number(text); err == nil {
			v.SetFloat(f)
		}
	case reflect.Int, reflect.Int64:
		var i int64
		if i, err = strconv.ParseInt(string(text), 10, 64); err != nil {
			err = fmt.Errorf("%s is not a whole number", text)
		}
		v.SetInt(i)
	case reflect.Uint64:
		var u uint64
		if u, err = strconv.ParseUint(string(text), 10, 64); err != nil {
			err = fmt.Errorf("%s is not a whole number from 0 on", text)
		}
		v.SetUint(u)
	default:
		panic(fmt.Sprintf("store: decode into a %v", v.Type()))
	}
	if err != nil {
		return d.errorf("%v", err)
	}
	return nil
}

// field is a field of a struct in JSON.
type field struct {
	name     string
	optional bool // omitempty
	index    []int
}

// fieldsOf returns the fields of a struct that have a tag, those of embedded structs
// among them.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for _, f := range reflect.VisibleFields(t) {
		if name, options, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			out = append(out, field{name, options == "omitempty", f.Index})
		}
	}
	return out
}

// givenFields returns the names of those fields of a struct that may be left out and
// were not, in order.
func givenFields(v any) []string {
	s := reflect.Indirect(reflect.ValueOf(v))
	given := []string{}
	for _, f := range fieldsOf(s.Type()) {
		if f.optional && !s.FieldByIndex(f.index).IsZero() {
			given = append(given, f.name)
		}
	}
	return given
}
