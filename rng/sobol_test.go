package rng

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

func mustSobol(t testing.TB, dims int, key Key) *Sobol {
	t.Helper()
	s, err := NewSobol(dims, key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPublishedRows compares rows of the packed table with the published text
// (https://web.maths.unsw.edu.au/~fkuo/sobol/new-joe-kuo-6.21201).
func TestPublishedRows(t *testing.T) {
	for _, row := range []struct {
		d, s int
		a    uint64
		m    []uint64
	}{
		{2, 1, 0, []uint64{1}},
		{3, 2, 1, []uint64{1, 3}},
		{4, 3, 1, []uint64{1, 3, 1}},
		{5, 3, 2, []uint64{1, 1, 1}},
		{6, 4, 1, []uint64{1, 1, 3, 3}},
		{7, 4, 4, []uint64{1, 3, 5, 13}},
		{8, 5, 2, []uint64{1, 1, 5, 5, 17}},
		{9, 5, 4, []uint64{1, 1, 5, 5, 5}},
		{10, 5, 7, []uint64{1, 1, 7, 11, 19}},
		{21201, 18, 131059, []uint64{1, 1, 7, 11, 15, 7, 37, 239, 337, 245, 1557, 3681, 7357, 9639, 27367, 26869, 114603, 86317}},
	} {
		s, a, m := PublishedRow(row.d)
		if s != row.s || a != row.a || !slices.Equal(m, row.m) {
			t.Errorf("dimension %d: s=%d a=%d m=%d, want s=%d a=%d m=%d", row.d, s, a, m, row.s, row.a, row.m)
		}
	}
}

// TestTable checks every row: m_j odd and below 2^j, and polynomials that are
// all different (the table lists each primitive polynomial once). Written as text
// they are the published file, of which the test holds the checksum:
//
//	tail -n +2 new-joe-kuo-6.21201 | tr -d '\r' | awk 'NF { $1 = $1; print }' | sha256sum
func TestTable(t *testing.T) {
	seen := map[uint64]int{}
	text := sha256.New()
	for d := 2; d <= MaxSobolDims; d++ {
		s, a, m := PublishedRow(d)
		fmt.Fprintf(text, "%d %d %d %s\n", d, s, a, strings.Trim(fmt.Sprint(m), "[]"))
		for j, mj := range m {
			if mj%2 == 0 || mj >= 1<<(j+1) {
				t.Fatalf("dimension %d: m_%d = %d", d, j+1, mj)
			}
		}
		p := 1<<s | a<<1 | 1
		if other, ok := seen[p]; ok {
			t.Fatalf("dimensions %d and %d have one polynomial", other, d)
		}
		seen[p] = d
	}
	const want = "5054ab56670964c0d9dbe1833f4e80bc0cc8d5b7fa76392f161efdb46ca6e102"
	if got := hex.EncodeToString(text.Sum(nil)); got != want {
		t.Errorf("checksum of the table: %s, want %s", got, want)
	}
}

// TestUnscrambledAgainstSciPy compares with points of testdata/sobol.py.
func TestUnscrambledAgainstSciPy(t *testing.T) {
	var golden struct {
		Dimensions, Indices []int
		Points              [][]float64
	}
	text, err := os.ReadFile("testdata/sobol.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	s, err := UnscrambledSobol(MaxSobolDims)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, s.Dims())
	for k, i := range golden.Indices {
		s.Point(x, i)
		for j, d := range golden.Dimensions {
			// SciPy's coordinate is the lower end of our interval of 2^-52.
			if got, want := x[d-1]-0x1p-53, golden.Points[k][j]; got != want {
				t.Errorf("point %d, dimension %d: %v, want %v", i, d, got, want)
			}
		}
	}
}

// TestStratified checks that 2^m scrambled points, from the first and from a
// later multiple of 2^m, put exactly one point in each interval of 2^-m, in
// every dimension.
func TestStratified(t *testing.T) {
	const m = 7
	s := mustSobol(t, MaxSobolDims, New(1))
	x := make([]float64, s.Dims())
	for _, start := range []int{0, 1 << m, 12345 << m, 1<<sobolBits - 1<<m} {
		seen := make([][1 << m]bool, s.Dims())
		for i := range 1 << m {
			s.Point(x, start+i)
			for d, v := range x {
				cell := int(v * (1 << m))
				if seen[d][cell] {
					t.Fatalf("from point %d, dimension %d: two points in interval %d of 2^%d", start, d, cell, m)
				}
				seen[d][cell] = true
			}
		}
	}
}

// TestNetOfTwo checks the (t, m, 2)-net property of neighbouring dimensions: for
// every elementary interval of volume 2^(t-m) exactly 2^t points. Dimensions
// 1 and 2 are a (0, 2)-sequence; a pair has at most t = s_1 + s_2 of the degrees
// of the polynomials, where the van der Corput dimension counts 0, less 1 each
// (Sobol 1967).
func TestNetOfTwo(t *testing.T) {
	const m = 10
	s := mustSobol(t, 12, New(2))
	points := make([][]float64, 1<<m)
	for i := range points {
		points[i] = make([]float64, s.Dims())
		s.Point(points[i], i)
	}
	for a := range s.Dims() {
		for b := range a {
			quality := 0
			for _, d := range []int{a, b} {
				if p := readPolynomial(d); p.s > 0 {
					quality += p.s - 1
				}
			}
			if quality >= m {
				t.Fatalf("dimensions %d and %d: nothing to check", a, b)
			}
			for q := 0; q <= m-quality; q++ { // sides 2^-q and 2^-(m-quality-q)
				counts := make([]int, 1<<(m-quality))
				for _, x := range points {
					i := int(math.Ldexp(x[a], q))
					j := int(math.Ldexp(x[b], m-quality-q))
					counts[i<<(m-quality-q)|j]++
				}
				for cell, c := range counts {
					if c != 1<<quality {
						t.Fatalf("dimensions %d and %d, sides 2^-%d and 2^-%d, cell %d: %d points, want %d",
							a, b, q, m-quality-q, cell, c, 1<<quality)
					}
				}
			}
		}
	}
}

// TestConvergence integrates prod_d (1 + (x_d - 1/2) w) over five dimensions
// with independent scramblings. The mean is unbiased, and its error falls faster
// than n^-1, where Monte Carlo has n^-1/2 (in theory almost n^-3/2).
func TestConvergence(t *testing.T) {
	const dims, keys = 5, 64
	f := func(x []float64) float64 {
		p := 1.0
		for d, v := range x {
			p *= 1 + (v-0.5)*2/float64(d+1)
		}
		return p
	}
	rms := func(n int) (mean, rms float64) {
		x := make([]float64, dims)
		for k := range keys {
			s := mustSobol(t, dims, New(5).Split(k))
			var sum float64
			for i := range n {
				s.Point(x, i)
				sum += f(x)
			}
			err := sum/float64(n) - 1
			mean += err / keys
			rms += err * err / keys
		}
		return mean, math.Sqrt(rms)
	}
	_, coarse := rms(64)
	bias, fine := rms(4096)
	// The standard error of the mean of 64 estimates is rms/8.
	if math.Abs(bias) > 5*fine/8 {
		t.Errorf("bias %g at 5 standard errors of %g", bias, fine/8)
	}
	// Root mean squares of 64 values are known to 1/sqrt(128) = 9%, their ratio
	// to 13%; 0.2 of slope is 2.3-fold over 64 times the points.
	slope := math.Log(fine/coarse) / math.Log(4096.0/64)
	if slope > -1.2 {
		t.Errorf("error falls like n^%.2f, want n^-1.2 or faster (%g to %g)", slope, coarse, fine)
	}
}

// TestUniform checks that a single point is uniform over keys, in its first and
// in its last binary digits.
func TestUniform(t *testing.T) {
	const keys, bins = 20000, 16
	for _, i := range []int{0, 5, 1<<52 - 1} {
		var high, low [bins]float64
		x := make([]float64, 3)
		for k := range keys {
			mustSobol(t, 3, New(9).Split(k)).Point(x, i)
			u := uint64(x[2] * 0x1p52)
			high[u>>48]++
			low[u&15]++
		}
		for name, counts := range map[string][bins]float64{"first": high, "last": low} {
			var chi2 float64
			for _, c := range counts {
				chi2 += (c - keys/bins) * (c - keys/bins) / (keys / bins)
			}
			// 15 degrees of freedom: five standard deviations of sqrt(30).
			if chi2 > bins-1+5*math.Sqrt(2*(bins-1)) {
				t.Errorf("point %d, %s digits: chi-square %.1f of %d degrees", i, name, chi2, bins-1)
			}
		}
	}
}

// TestPairwise checks that two points of a scrambled sequence are uncorrelated
// beyond what stratification asks: point i given point 0 is uniform outside of
// its interval, which a digital shift alone does not give in the lower digits.
func TestPairwise(t *testing.T) {
	const keys, bins = 20000, 16
	var counts [bins]float64
	a, b := make([]float64, 1), make([]float64, 1)
	for k := range keys {
		s := mustSobol(t, 1, New(11).Split(k))
		s.Point(a, 0)
		s.Point(b, 1)
		// The first digits differ; the four after it are free.
		ua, ub := uint64(a[0]*0x1p52), uint64(b[0]*0x1p52)
		if (ua^ub)>>51 != 1 {
			t.Fatalf("key %d: points 0 and 1 share a half", k)
		}
		counts[(ua^ub)>>47&15]++
	}
	var chi2 float64
	for _, c := range counts {
		chi2 += (c - keys/bins) * (c - keys/bins) / (keys / bins)
	}
	// 15 degrees of freedom: five standard deviations of sqrt(30).
	if chi2 > bins-1+5*math.Sqrt(2*(bins-1)) {
		t.Errorf("difference of two points: chi-square %.1f of %d degrees", chi2, bins-1)
	}
}

func TestSobolByKey(t *testing.T) {
	const dims = 40
	s, again, other := mustSobol(t, dims, New(1)), mustSobol(t, dims, New(1)), mustSobol(t, dims, New(2))
	few := mustSobol(t, 3, New(1))
	x, y, z := make([]float64, dims), make([]float64, dims), make([]float64, dims)
	for i := range 100 {
		s.Point(x, i)
		again.Point(y, i)
		if !slices.Equal(x, y) {
			t.Fatalf("point %d differs between two of one key", i)
		}
		few.Point(y[:3], i)
		if !slices.Equal(x[:3], y[:3]) {
			t.Fatalf("point %d differs with the number of dimensions", i)
		}
		other.Point(z, i)
		if slices.Equal(x, z) {
			t.Fatalf("point %d is the same for two keys", i)
		}
	}
}

func TestSobolConcurrent(t *testing.T) {
	const n, dims = 512, 9
	s := mustSobol(t, dims, New(1))
	want := make([]float64, n*dims)
	for i := range n {
		s.Point(want[i*dims:(i+1)*dims], i)
	}
	got := make([]float64, n*dims)
	var wait sync.WaitGroup
	for w := range 4 {
		wait.Go(func() {
			for i := n - 1 - w; i >= 0; i -= 4 {
				s.Point(got[i*dims:(i+1)*dims], i)
			}
		})
	}
	wait.Wait()
	if !slices.Equal(got, want) {
		t.Error("points differ by order or goroutine")
	}
}

// TestOpenInterval puts the extreme values into a point: neither end is reached.
func TestOpenInterval(t *testing.T) {
	s, err := UnscrambledSobol(1)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float64, 1)
	s.shift[0] = 1<<sobolBits - 1
	s.Point(x, 0)
	if x[0] != 1-0x1p-53 {
		t.Errorf("largest coordinate %v, want 1 - 2^-53", x[0])
	}
	s.shift[0] = 0
	s.Point(x, 0)
	if x[0] != 0x1p-53 {
		t.Errorf("smallest coordinate %v, want 2^-53", x[0])
	}
}

func TestSobolMisuse(t *testing.T) {
	for _, dims := range []int{-1, 0, MaxSobolDims + 1} {
		_, err := NewSobol(dims, New(1))
		var bad *DimsError
		if !errors.As(err, &bad) || bad.Dims != dims {
			t.Errorf("%d dimensions: error %v", dims, err)
		}
	}
	s := mustSobol(t, 2, New(1))
	panics := func(name string, f func()) {
		defer func() {
			if recover() == nil {
				t.Errorf("%s: no panic", name)
			}
		}()
		f()
	}
	panics("short dst", func() { s.Point(make([]float64, 1), 0) })
	panics("nil dst", func() { s.Point(nil, 0) })
	panics("negative index", func() { s.Point(make([]float64, 2), -1) })
	panics("large index", func() { s.Point(make([]float64, 2), 1<<52) })
}

func TestPointAllocates(t *testing.T) {
	s := mustSobol(t, 8, New(1))
	x := make([]float64, 8)
	if n := testing.AllocsPerRun(100, func() { s.Point(x, 12345) }); n != 0 {
		t.Errorf("%v allocations a point", n)
	}
}

func BenchmarkNewSobol(b *testing.B) {
	for range b.N {
		mustSobol(b, 1000, New(1))
	}
}

func BenchmarkPoint(b *testing.B) {
	s := mustSobol(b, 1000, New(1))
	x := make([]float64, 1000)
	for i := range b.N {
		s.Point(x, i&0xffff)
	}
}
