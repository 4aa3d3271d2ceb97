package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// Files with a right checksum that left out a field, or gave the target a negative
// standard deviation, were read as if that were nothing: predictions in wrong units,
// without jitter, with quantiles in reverse.
func TestModelsThatSayTooLittle(t *testing.T) {
	for file, want := range map[string]string{
		"missing_standardize": `field "standardize" is missing`,
		"missing_jitter":      `field "jitter" is missing`,
		"neg_target_sd":       `the standardisation of "y" is [0, -1]: its standard deviation must be greater than 0`,
	} {
		file = "testdata/refused/" + file + ".json"
		_, err := LoadModel(file)
		if !errors.Is(err, ErrInvalid) || !strings.HasPrefix(err.Error(), file+": ") || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// member is a member of an object in a JSON text: where its name and its value are.
type member struct {
	name, path           string
	start, at, end       int // of the name, of the value, and behind it
	last, alone, numeric bool
}

// membersOf returns the members of all objects of a text, and the lists and numbers
// that are in lists, as members without a name.
func membersOf(t *testing.T, text []byte) []member {
	t.Helper()
	d, err := newDecoder(text)
	if err != nil {
		t.Fatal(err)
	}
	var out []member
	var walk func(path, name string, start int)
	walk = func(path, name string, start int) {
		c := d.peek()
		m := member{name: name, path: path, start: start, at: d.at, numeric: c == '-' || c >= '0' && c <= '9'}
		i := len(out)
		out = append(out, m)
		switch c {
		case '{':
			d.at++
			first, n := len(out), 0
			for !d.accept('}') {
				d.accept(',')
				d.peek()
				start := d.at
				name, err := unquote(d.scalar())
				if err != nil {
					t.Fatal(err)
				}
				d.accept(':')
				at := len(out)
				walk(path+"."+name, name, start)
				d.peek()
				out[at].last = d.text[d.at] == '}'
				n++
			}
			if n == 1 {
				out[first].alone = true
			}
		case '[':
			d.at++
			for n := 0; !d.accept(']'); n++ {
				d.accept(',')
				walk(fmt.Sprintf("%s[%d]", path, n), "", 0)
			}
		default:
			d.scalar()
		}
		out[i].end = d.at
	}
	walk("", "", 0)
	return out[1:]
}

// splice returns text with another one from start to end.
func splice(text []byte, start, end int, other string) []byte {
	return slices.Concat(text[:start], []byte(other), text[end:])
}

// without returns text without a member, which others are beside.
func (m member) without(text []byte) []byte {
	switch {
	case m.alone:
		return splice(text, m.start, m.end, "")
	case m.last:
		comma := bytes.LastIndexByte(text[:m.start], ',')
		return splice(text, comma, m.end, "")
	}
	return splice(text, m.start, m.end+1+bytes.IndexByte(text[m.end:], ','), "")
}

// mayBeMissing are the fields that a file may leave out.
func mayBeMissing(m member) bool {
	switch m.path {
	case ".fit.method", ".fit.program", ".fit.created", ".fit.parameters":
		return true
	}
	return m.name == "kernel_text" || m.name == "parts" && strings.Contains(m.path, "features")
}

// sealed is a text with what is around it in a file of each kind, and how it is read.
type sealed struct {
	name string
	text []byte
	read func(text []byte) error
}

func sealedTexts(t *testing.T) []sealed {
	t.Helper()
	var out []sealed
	cases := append(storedCases(), allKernels())
	for _, c := range cases {
		c.sampler.Features = 3
		switch c.name {
		case "guide scaled", "mixture with a guide", "product of columns", "periodic", "all kernels":
		default:
			continue
		}
		model := c.modelBytes(t)
		out = append(out, sealed{"model " + c.name, bodyOf(model), func(body []byte) error {
			_, err := readModel(bytesSource(resealModel(model, body)))
			return err
		}})
		raw, err := fileOf(c.paths(t, 3))
		if err != nil {
			t.Fatal(err)
		}
		header, arrays := splitPaths(raw)
		version := uint64(raw[len(pathsMagic)])
		out = append(out, sealed{"paths " + c.name, bytes.TrimSpace(header), func(header []byte) error {
			_, err := readPaths(bytesSource(sealContainer(pathsMagic, version, header, arrays)))
			return err
		}})
	}
	header, arrays := splitPaths(drawsBytes(t))
	return append(out, sealed{"draws", bytes.TrimSpace(header), func(header []byte) error {
		_, err := readDraws(bytesSource(sealContainer(drawsMagic, 1, header, arrays)))
		return err
	}})
}

// resealModel returns a file with another body, of the same version.
func resealModel(raw, body []byte) []byte {
	h := newHash()
	h.Write(body)
	version := raw[len(modelMagic) : len(modelMagic)+1]
	return fmt.Appendf(nil, "%s%s%s%x%s%s%s", modelMagic, version, beforeSum, h.Sum(nil), beforeBody, body, afterBody)
}

// wantField fails unless err refuses the file and names the field, or one that it is
// inside of.
func wantField(t *testing.T, s sealed, how string, m member, err error) {
	t.Helper()
	wantRefused(t, s, how, m, err)
	if err == nil {
		return
	}
	plain := strings.NewReplacer("_", " ", "standardize", "standardis", `\"`, `"`)
	message := strings.ToLower(plain.Replace(err.Error()))
	for _, name := range strings.FieldsFunc(m.path, func(r rune) bool { return strings.ContainsRune(".[]0123456789", r) }) {
		if strings.Contains(message, strings.TrimSuffix(strings.ToLower(plain.Replace(name)), "s")) {
			return
		}
	}
	t.Errorf("%s: %s %s: the error does not name the field: %v", s.name, m.path, how, err)
}

func wantRefused(t *testing.T, s sealed, how string, m member, err error) {
	t.Helper()
	if !errors.Is(err, ErrInvalid) {
		t.Errorf("%s: %s %s: %v", s.name, m.path, how, err)
	}
}

// TestEveryFieldIsThereOnce takes each field away, doubles it, and writes it in other
// letters.
func TestEveryFieldIsThereOnce(t *testing.T) {
	for _, s := range sealedTexts(t) {
		if err := s.read(s.text); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		for _, m := range membersOf(t, s.text) {
			if m.name == "" {
				continue
			}
			err := s.read(m.without(s.text))
			switch {
			case !mayBeMissing(m) || m.path == ".kernel_text" && strings.HasPrefix(s.name, "model"):
				wantField(t, s, "left out", m, err)
			case m.name == "parts": // of a Stack that then has none, where there are weights
				wantRefused(t, s, "left out", m, err)
			case err != nil:
				t.Errorf("%s: %s left out: %v", s.name, m.path, err)
			}
			both := string(s.text[m.start:m.end])
			wantField(t, s, "twice", m, s.read(splice(s.text, m.start, m.end, both+","+both)))
			for _, change := range []func(string) string{strings.ToUpper, title} {
				if other := change(m.name); other != m.name {
					quoted, value := strconv.Quote(other), string(s.text[m.at:m.end])
					wantField(t, s, "as "+other, m, s.read(splice(s.text, m.start, m.end, quoted+":"+value)))
					wantField(t, s, "beside "+other, m, s.read(splice(s.text, m.start, m.end, both+","+quoted+":"+value)))
				}
			}
		}
	}
}

func title(s string) string {
	r := []rune(s)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}

// mayBeNegative are numbers of all signs: data, values of parameters for people,
// means, and entries of matrices.
func mayBeNegative(m member) bool {
	if strings.HasPrefix(m.path, ".draws.values") {
		return true // as their parameter: TestWhatCannotBeStored
	}
	for _, part := range []string{".value", ".log_evidence", ".elbo", ".x[", ".y[", ".slopes[", ".intercept", ".mean.value", ".sparse.inputs[", ".sparse.z[", ".sparse.mean["} {
		if strings.Contains(m.path+".", part) {
			return true
		}
	}
	return strings.HasPrefix(m.path, ".standardize") && strings.HasSuffix(m.path, "[0]") || // means
		strings.HasPrefix(m.path, ".sparse.scale_tril") || // the diagonal has a test of its own
		strings.Contains(m.path, "features") && m.name == "factor"
}

// TestNoNumberIsNullOrNegative has null in the place of each number, a text, a list
// and an object, and the negative of each number that must not be.
func TestNoNumberIsNullOrNegative(t *testing.T) {
	for _, s := range sealedTexts(t) {
		for _, m := range membersOf(t, s.text) {
			if !m.numeric {
				continue
			}
			for _, other := range []string{"null", `"1"`, "[1]", "{}", "true"} {
				err := s.read(splice(s.text, m.at, m.end, other))
				if err == nil && other == "[1]" {
					continue // one number a input, of one input
				}
				wantField(t, s, "= "+other, m, err)
			}
			v := string(s.text[m.at:m.end])
			if v == "0" || mayBeNegative(m) {
				continue
			}
			wantField(t, s, "= -"+v, m, s.read(splice(s.text, m.at, m.end, "-"+v)))
		}
	}
}

// TestNothingFollowsABody has text behind what is read.
func TestNothingFollowsABody(t *testing.T) {
	for _, s := range sealedTexts(t) {
		for _, more := range []string{"}", "]", ",", "{}", "null", "x", "\x00", "1"} {
			text := slices.Concat(s.text, []byte(more))
			if strings.HasPrefix(s.name, "model") {
				text = slices.Concat(s.text, []byte(more+"\n}"))
			}
			if err := s.read(text); !errors.Is(err, ErrInvalid) {
				t.Errorf("%s: %q behind it: %v", s.name, more, err)
			}
		}
	}
}

// FuzzDecode compares decode with encoding/json, which accepts all that it accepts
// and reads the same.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"inputs":["a"],"target":"","standardize":null,"parameters":null,"x":[[1,2e3],null,[]],"draws":{"chains":[1]}}`,
		`{"name":"a\"\\\u00e9","value":-0.5e-7}`, `{"offset":1,"shape":[1,2]}`, `[{"type":"RBF","variance":[1,2]}]`, `{"a":{"a":{}}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, pair := range [][2]any{
			{new(modelBody), new(modelBody)}, {new(drawsNode), new(drawsNode)}, {new(sparseNode), new(sparseNode)}, {new(mixtureHeader), new(mixtureHeader)}, {new(drawsHeader), new(drawsHeader)},
			{new(ParamInfo), new(ParamInfo)}, {new(arrayRef), new(arrayRef)}, {new([]*kernelNode), new([]*kernelNode)},
		} {
			if decode(text, pair[0]) != nil {
				continue
			}
			if err := json.Unmarshal(text, pair[1]); err != nil {
				t.Fatalf("%q into a %T: encoding/json says %v", text, pair[0], err)
			}
			a, errA := json.Marshal(pair[0])
			b, errB := json.Marshal(pair[1])
			if errA != nil || errB != nil || !bytes.Equal(a, b) {
				t.Errorf("%q: %s, want %s", text, a, b)
			}
		}
	})
}
