package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
)

// Objects of JSON whose fields depend on a type: kernels and features.

// fieldWriter writes an object field by field.
type fieldWriter struct {
	text bytes.Buffer
	err  error
}

// newFieldWriter begins with a field.
func newFieldWriter(name string, v any) *fieldWriter {
	w := &fieldWriter{}
	w.add(name, v)
	return w
}

func (w *fieldWriter) add(name string, v any) {
	text, err := json.Marshal(v)
	if err != nil && w.err == nil {
		w.err = err
	}
	separator := byte(',')
	if w.text.Len() == 0 {
		separator = '{'
	}
	w.text.WriteByte(separator)
	fmt.Fprintf(&w.text, "%q:", name)
	w.text.Write(text)
}

// object ends the object and returns its text.
func (w *fieldWriter) object() ([]byte, error) {
	w.text.WriteByte('}')
	return w.text.Bytes(), w.err
}

// readAs returns v, as json reads it into an any, as a T.
func readAs[T any](v any) (T, error) {
	x, ok := v.(T)
	if !ok {
		return x, fmt.Errorf("%v is of type %T, want %T", v, v, x)
	}
	return x, nil
}

// readInt returns v as a whole number.
func readInt(v any) (int, error) {
	x, err := readAs[float64](v)
	if err == nil && (x != math.Trunc(x) || math.Abs(x) > 1<<62) {
		err = fmt.Errorf("%v is no whole number", x)
	}
	return int(x), err
}

// readList returns the elements of v by f.
func readList[T any](v any, f func(any) (T, error)) ([]T, error) {
	list, err := readAs[[]any](v)
	out := make([]T, len(list))
	for i, v := range list {
		if out[i], err = f(v); err != nil {
			return nil, err
		}
	}
	return out, err
}

// readNumbers returns a number, or a list of them.
func readNumbers(v any) (*numbers, error) {
	if _, list := v.([]any); list {
		values, err := readList(v, readAs[float64])
		return &numbers{true, values}, err
	}
	x, err := readAs[float64](v)
	return &numbers{false, []float64{x}}, err
}
