// Command joekuo packs the published table of Joe and Kuo's direction numbers
// into the file that package rng embeds:
//
//	go run ./rng/internal/joekuo -o rng/directions.bin new-joe-kuo-6.21201
//
// The table is text: a heading, then a line "d s a m_1 ... m_s" for each
// dimension d from 2 on, the degrees s never decreasing. [Pack] describes the
// packed form.
package main

import (
	"bufio"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

func main() {
	out := flag.String("o", "directions.bin", "the file to write")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: joekuo [-o FILE] TABLE")
		os.Exit(2)
	}
	if err := run(*out, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "joekuo:", err)
		os.Exit(1)
	}
}

func run(out, in string) error {
	f, err := os.Open(in)
	if err != nil {
		return err
	}
	defer f.Close() // it is read only
	table, err := Read(f)
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	packed, err := Pack(table)
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	return os.WriteFile(out, packed, 0o644)
}

// Row is one line of the table: the coefficients a_1 ... a_(s-1) of the
// primitive polynomial as the bits of A, and the initial numbers m_1 ... m_s.
type Row struct {
	A uint64
	M []uint64
}

// MaxDegree is the largest degree that the packed form has room for.
const MaxDegree = 18

// Read reads the table.
func Read(r io.Reader) ([]Row, error) {
	var table []Row
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if n == 1 {
			continue // the heading
		}
		var v []uint64
		for _, field := range strings.Fields(lines.Text()) {
			u, err := strconv.ParseUint(field, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			v = append(v, u)
		}
		if len(v) == 0 {
			continue
		}
		if len(v) < 4 || v[0] != uint64(n) || uint64(len(v)) != 3+v[1] {
			return nil, fmt.Errorf("line %d: want %d s a m_1 ... m_s", n, n)
		}
		table = append(table, Row{A: v[2], M: v[3:]})
	}
	return table, lines.Err()
}

// Pack returns the packed form: for each degree s = 1 ... MaxDegree the number
// of rows of that degree (uint32, little endian), then a stream of bits, most
// significant first, that holds for each row the s-1 bits of A, then for
// j = 1 ... s the j-1 bits of (m_j - 1)/2 (m_j is odd and below 2^j).
func Pack(table []Row) ([]byte, error) {
	var counts [MaxDegree]uint32
	var w bits
	last := 1
	for i, row := range table {
		s := len(row.M)
		if s < last || s > MaxDegree || row.A>>(s-1) != 0 {
			return nil, fmt.Errorf("dimension %d: degree %d after %d, coefficients %b", i+2, s, last, row.A)
		}
		last = s
		counts[s-1]++
		w.write(row.A, s-1)
		for j, m := range row.M {
			if m%2 == 0 || m>>(j+1) != 0 {
				return nil, fmt.Errorf("dimension %d: m_%d = %d is not odd and below 2^%d", i+2, j+1, m, j+1)
			}
			w.write(m/2, j)
		}
	}
	var packed []byte
	for _, c := range counts {
		packed = binary.LittleEndian.AppendUint32(packed, c)
	}
	return append(packed, w.bytes...), nil
}

type bits struct {
	bytes []byte
	n     int
}

func (w *bits) write(v uint64, width int) {
	for b := width - 1; b >= 0; b-- {
		if w.n%8 == 0 {
			w.bytes = append(w.bytes, 0)
		}
		w.bytes[w.n/8] |= byte(v>>b&1) << (7 - w.n%8)
		w.n++
	}
}
