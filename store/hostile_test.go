package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
)

// sealPaths returns a file of paths with a right checksum around a header and
// arrays, of the version that the header is of.
func sealPaths(header, arrays []byte) []byte {
	version := uint64(1)
	if bytes.Contains(header, []byte(`"guide":`)) {
		version = 2
	}
	return sealContainer(pathsMagic, version, header, arrays)
}

// sealContainer returns a container with a right checksum.
func sealContainer(magic string, version uint64, header, arrays []byte) []byte {
	header = bytes.Clone(header)
	for len(header)%8 != 0 {
		header = append(header, ' ')
	}
	b := []byte(magic)
	b = binary.LittleEndian.AppendUint64(b, version)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(header)))
	b = binary.LittleEndian.AppendUint64(b, uint64(int(preambleSize)+len(header)+len(arrays)+hashSize))
	b = append(append(b, header...), arrays...)
	h := newHash()
	h.Write(b)
	return h.Sum(b)
}

// splitPaths returns the header and the arrays of a file of paths, or of draws.
func splitPaths(raw []byte) (header, arrays []byte) {
	n := preambleSize + int64(binary.LittleEndian.Uint64(raw[len(pathsMagic)+8:]))
	return raw[preambleSize:n], raw[n : len(raw)-hashSize]
}

// sealModel returns a file of a model with a right checksum around a body, of the
// version that the body is of.
func sealModel(body []byte) []byte {
	version := 1
	if bytes.Contains(body, []byte(`"draws":`)) {
		version = 2
	}
	h := newHash()
	h.Write(body)
	return fmt.Appendf(nil, "%s%d%s%x%s%s%s", modelMagic, version, beforeSum, h.Sum(nil), beforeBody, body, afterBody)
}

func bodyOf(raw []byte) []byte {
	at := bytes.Index(raw, []byte(beforeBody)) + len(beforeBody)
	return raw[at : len(raw)-len(afterBody)]
}

// usePaths reads a file and, if it is accepted, does with the paths what one
// does; the only failure is a panic.
func usePaths(t *testing.T, raw []byte) error {
	p, err := readPaths(bytesSource(raw))
	if err != nil {
		checkRefused(t, err, "paths")
		return err
	}
	d := len(p.InputNames)
	p.InModelUnits.Eval(denseOf(3, d))
	if p.InModelUnits.CheckGrad() == nil {
		if _, err := p.InModelUnits.Grad(denseOf(2, d)); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := p.InModelUnits.Moments(0, denseOf(2, d)); err != nil {
		return nil
	}
	for _, part := range p.InModelUnits.Parts() {
		part.Condition(denseOf(2, d), []float64{1, 2}, gp.Noise(0.1))
	}
	return nil
}

// denseOf returns n points of any number of inputs.
func denseOf(n, d int) *mat.Dense {
	x := mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d {
			x.Set(i, j, math.Sin(float64(1+i+3*j)))
		}
	}
	return x
}

// fileOf returns the bytes of a file of paths.
func fileOf(p *PathSet) ([]byte, error) {
	f, err := layoutPaths(p, p.InModelUnits.States())
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := f.arrays.writeTo(&b); err != nil {
		return nil, err
	}
	return sealPaths(f.header, b.Bytes()), nil
}

// useModel reads a file and, if it is accepted, predicts by the model.
func useModel(t *testing.T, raw []byte) error {
	m, err := readModel(bytesSource(raw))
	if err != nil {
		checkRefused(t, err, "model")
		return err
	}
	m.Extents()
	if post, err := m.Posterior(context.Background(), nil); err == nil {
		post.Predict(denseOf(3, len(m.Inputs)))
	}
	return nil
}

// substitutes are put in the place of every value of a header.
var substitutes = []string{
	`null`, `0`, `-1`, `1`, `2`, `0.5`, `1e-300`, `1e300`, `4611686018427387904`, `9223372036854775807`, `-9223372036854775808`,
	`""`, `"x"`, `"RBF"`, `"Stack"`, `"Kronecker"`, `true`, `[]`, `{}`, `[[]]`, `[null]`, `[0]`, `[1,2,3]`, `[4611686018427387904,4]`,
	`{"type":"Stack"}`, `[{"type":"Stack"}]`, `{"type":"Sum","terms":[null]}`, `{"type":"RBF","variance":1,"lengthscale":[]}`,
	`{"type":"Held","held":["RBF.variance"],"kernel":{"type":"RBF","variance":1,"lengthscale":1}}`,
}

// mutations calls f with text in which one value is replaced or left out, for
// every value and substitute.
func mutations(t *testing.T, text []byte, f func(place string, text []byte)) {
	t.Helper()
	var root any
	in := json.NewDecoder(bytes.NewReader(text))
	in.UseNumber()
	if err := in.Decode(&root); err != nil {
		t.Fatal(err)
	}
	emit := func(place string) {
		out, err := json.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		f(place, append(out, "\n"...))
	}
	var walk func(place string, v any, set func(any))
	walk = func(place string, v any, set func(any)) {
		for _, s := range substitutes {
			set(json.RawMessage(s))
			emit(place + "=" + s)
		}
		set(v)
		switch c := v.(type) {
		case map[string]any:
			for name, child := range c {
				walk(place+"."+name, child, func(v any) { c[name] = v })
				delete(c, name)
				emit(place + "." + name + " left out")
				c[name] = child
			}
			c["surplus"] = 1
			emit(place + ".surplus")
			delete(c, "surplus")
		case []any:
			for i, child := range c {
				if _, number := child.(json.Number); number && i > 0 && i < len(c)-1 {
					continue // the numbers between are like those at the ends
				}
				if _, row := child.([]any); row && i > 0 {
					continue
				}
				walk(fmt.Sprintf("%s[%d]", place, i), child, func(v any) { c[i] = v })
			}
		}
	}
	walk("", root, func(v any) { root = v })
}

// TestHostileHeaders has a right checksum around wrong headers: none may panic,
// neither when it is read nor, if it is accepted, when the paths are used.
func TestHostileHeaders(t *testing.T) {
	for _, c := range storedCases() {
		switch c.name {
		case "cos, basis a path", "product of columns", "held", "guide", "mixture with a guide":
		default:
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.sampler.Features = 4
			f, err := fileOf(c.paths(t, 2))
			if err != nil {
				t.Fatal(err)
			}
			header, arrays := splitPaths(f)
			accepted := 0
			mutations(t, header, func(place string, header []byte) {
				defer func() {
					if r := recover(); r != nil {
						t.Errorf("%s: %v", place, r)
					}
				}()
				err := usePaths(t, sealPaths(header, arrays))
				if err == nil {
					accepted++
				}
				if strings.HasSuffix(place, ".surplus") && !strings.Contains(place, "standardize") && !errors.Is(err, ErrInvalid) {
					t.Errorf("%s: %v", place, err)
				}
			})
			if accepted == 0 {
				t.Error("nothing was accepted: the test says nothing of what is used")
			}
		})
	}
}

func TestHostileModels(t *testing.T) {
	for _, c := range storedCases() {
		switch c.name {
		case "sum", "held", "guide", "mixture, noise a row":
		default:
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body, err := marshalBody(c.model(t))
			if err != nil {
				t.Fatal(err)
			}
			mutations(t, body, func(place string, text []byte) {
				defer func() {
					if r := recover(); r != nil {
						t.Errorf("%s: %v", place, r)
					}
				}()
				// The last line of a body is its brace.
				text = append(bytes.TrimSuffix(bytes.TrimSpace(text), []byte("}")), "\n}"...)
				err := useModel(t, sealModel(text))
				if strings.HasSuffix(place, ".surplus") && !strings.Contains(place, "standardize") && !errors.Is(err, ErrInvalid) {
					t.Errorf("%s: %v", place, err)
				}
			})
		})
	}
}
