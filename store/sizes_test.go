package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"matheron/kernel/basis"
)

// TestHeaderClaimsMoreThanTheFileHolds has shapes whose bytes overflow or would
// not fit the memory.
func TestHeaderClaimsMoreThanTheFileHolds(t *testing.T) {
	header, arrays := splitPaths(pathsBytes(t))
	for _, shape := range []string{"[1099511627776,1]", "[4294967296,4294967296]", "[9223372036854775807,1]", "[3037000500,3037000500]"} {
		text := bytes.Replace(header, []byte(`"x":{"offset":0,"shape":[9,1]}`), []byte(`"x":{"offset":0,"shape":`+shape+`}`), 1)
		if bytes.Equal(text, header) {
			t.Fatal("the header has another form than the test expects")
		}
		if err := usePaths(t, sealPaths(text, arrays)); err == nil || !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", shape, err)
		}
	}
}

// TestPartsClaimMoreThanTheFileHolds is that for parts, and has parts whose paths
// are not those of the header.
func TestPartsClaimMoreThanTheFileHolds(t *testing.T) {
	c := small()
	c.kind = mixed
	header, arrays := splitPaths(c.pathsBytes(t))
	for from, to := range map[string]string{
		`{"paths":2,`:          `{"paths":3,`,
		`"parts":[{"paths":1,`: `"parts":[{"paths":1152921504606846977,`,
		`"x":null`:             `"x":{"offset":0,"shape":[9,1]}`,
		`"y":null`:             `"y":{"offset":72,"shape":[9,1]}`,
	} {
		text := bytes.Replace(header, []byte(from), []byte(to), 1)
		if bytes.Equal(text, header) {
			t.Fatalf("the header has another form than the test expects: no %s", from)
		}
		if err := usePaths(t, sealPaths(text, arrays)); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", to, err)
		}
	}
}

// TestOlderVersionsHaveNoNewFields has the contents of version 2 under version 1
// and the other way round.
func TestOlderVersionsHaveNoNewFields(t *testing.T) {
	for _, k := range []kind{ofGuide, mixed} {
		c := small()
		c.kind, c.jitter = k, 1e-3
		model := bytes.Replace(c.modelBytes(t), []byte(`"version":2`), []byte(`"version":1`), 1)
		if err := useModel(t, model); !errors.Is(err, ErrInvalid) {
			t.Errorf("a model: %v", err)
		}
		paths := c.pathsBytes(t)
		paths = paths[:len(paths)-hashSize]
		paths[len(pathsMagic)] = 1
		h := newHash()
		h.Write(paths)
		if err := usePaths(t, h.Sum(paths)); !errors.Is(err, ErrInvalid) {
			t.Errorf("paths: %v", err)
		}
	}
	if err := useModel(t, bytes.Replace(modelBytes(t), []byte(`"version":1`), []byte(`"version":2`), 1)); !errors.Is(err, ErrInvalid) {
		t.Errorf("version 1 as 2: %v", err)
	}
}

// TestDeepNesting has kernels and features nested beyond the limit.
func TestDeepNesting(t *testing.T) {
	header, arrays := splitPaths(pathsBytes(t))
	for name, inner := range map[string]string{"kernel": "kernel", "features": "part"} {
		var h map[string]json.RawMessage
		if err := json.Unmarshal(header, &h); err != nil {
			t.Fatal(err)
		}
		const n = 2 * maxDepth
		deep := strings.Repeat(`{"type":"Scaled","factor":1,"`+inner+`":`, n) + `{"type":"Stack"}` + strings.Repeat("}", n)
		if name == "features" {
			deep = "[" + deep + "]"
		}
		h[name] = json.RawMessage(deep)
		text, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		if err := usePaths(t, sealPaths(text, arrays)); err == nil || !strings.Contains(err.Error(), "nested more than") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHeaderLongerThanTheFile has a right checksum and a wrong length of the header.
func TestHeaderLongerThanTheFile(t *testing.T) {
	raw := pathsBytes(t)
	for _, n := range []uint64{uint64(len(raw)), 1 << 40, 1<<63 + 8, math.MaxUint64 - 7} {
		b := bytes.Clone(raw[:len(raw)-hashSize])
		binary.LittleEndian.PutUint64(b[len(pathsMagic)+8:], n)
		h := newHash()
		h.Write(b)
		if err := usePaths(t, h.Sum(b)); !errors.Is(err, ErrAltered) {
			t.Errorf("a header of %d bytes: %v", n, err)
		}
	}
}

// TestHostileArrays puts numbers into arrays that their features cannot have.
func TestHostileArrays(t *testing.T) {
	for _, c := range storedCases() {
		var kind, field string
		var bad []float64
		switch c.name {
		case "periodic":
			kind, field, bad = "Harmonics", "weight", []float64{-1, math.NaN(), math.Inf(1)}
		case "polynomial":
			kind, field, bad = "Monomials", "exponents", []float64{-1, 0.5, 1e6, 1e300, math.NaN()}
		default:
			continue
		}
		raw, err := fileOf(c.paths(t, 2))
		if err != nil {
			t.Fatal(err)
		}
		header, arrays := splitPaths(raw)
		var h pathsHeader
		if err := json.Unmarshal(header, &h); err != nil {
			t.Fatal(err)
		}
		offset := int64(-1)
		var find func(n *featureNode)
		find = func(n *featureNode) {
			if n == nil {
				return
			}
			if n.Type == kind {
				offset = n.Arrays[field].Offset
			}
			for _, p := range append(n.Parts, n.Part) {
				find(p)
			}
		}
		find(h.Features[0])
		if offset < 0 {
			t.Fatalf("%s: no %s", c.name, kind)
		}
		for _, v := range bad {
			b := bytes.Clone(arrays)
			binary.LittleEndian.PutUint64(b[offset:], math.Float64bits(v))
			if err := usePaths(t, sealPaths(bytes.Clone(header), b)); !errors.Is(err, ErrInvalid) {
				t.Errorf("%s of %s: %v gives %v", field, kind, v, err)
			}
		}
	}
}

// TestProductsOfManyFeatures has Kronecker products with more features than
// can be; their number is checked before it is multiplied.
func TestProductsOfManyFeatures(t *testing.T) {
	product := func(a, b basis.Basis) (basis.Basis, error) {
		return basis.Description{Kind: basis.KindOf("Kronecker"), Parts: []basis.Basis{a, b}}.Make()
	}
	var b basis.Basis = basis.NewMonomials(make([][]int, 1<<11), make([]float64, 1<<11))
	b, err := product(b, b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := product(b, b); err == nil {
		t.Error("2^44 features were accepted")
	}
	if _, err := product(b, basis.Stack{}); err != nil {
		t.Errorf("a product with nothing: %v", err)
	}
}
