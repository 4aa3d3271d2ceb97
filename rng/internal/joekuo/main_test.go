package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"strings"
	"testing"
)

// The beginning of the published table.
const head = `d       s       a       m_i
2       1       0       1
3       2       1       1 3
4       3       1       1 3 1
5       3       2       1 1 1
6       4       1       1 1 3 3
7       4       4       1 3 5 13
`

func TestPack(t *testing.T) {
	table, err := Read(strings.NewReader(head))
	if err != nil {
		t.Fatal(err)
	}
	packed, err := Pack(table)
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range []uint32{1, 1, 2, 2, 0} {
		if got := binary.LittleEndian.Uint32(packed[4*s:]); got != want {
			t.Errorf("%d rows of degree %d, want %d", got, s+1, want)
		}
	}
	// The rows have 0, 1+1, twice 2+3 and twice 3+6 bits: 30, so three whole
	// bytes of the embedded file and a part of a fourth.
	embedded, err := os.ReadFile("../../directions.bin")
	if err != nil {
		t.Fatal(err)
	}
	got, want := packed[4*MaxDegree:], embedded[4*MaxDegree:]
	if len(got) != 4 || !bytes.Equal(got[:3], want[:3]) || got[3]>>2 != want[3]>>2 {
		t.Errorf("packed to %08b, the embedded file begins with %08b", got, want[:4])
	}
}

func TestRefused(t *testing.T) {
	for name, text := range map[string]string{
		"text":          "heading\n2 1 0 x\n",
		"short row":     "heading\n2 1 0\n",
		"row missing":   "heading\n2 1 0 1\n4 3 1 1 3 1\n",
		"even number":   "heading\n2 1 0 1\n3 2 1 1 2\n",
		"large number":  "heading\n2 1 0 1\n3 2 1 1 5\n",
		"large a":       "heading\n2 1 0 1\n3 2 2 1 3\n",
		"degree falls":  "heading\n2 2 1 1 3\n3 1 0 1\n",
		"numbers short": "heading\n2 1 0 1\n3 2 1 1\n",
	} {
		table, err := Read(strings.NewReader(text))
		if err == nil {
			_, err = Pack(table)
		}
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
