package linalg

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/mat"
)

func TestPacked(t *testing.T) {
	for _, s := range [][3]int{{1, 1, 1}, {3, 5, 2}, {64, 512, 24}, {65, 1200, 50}, {17, 1025, 64}, {9, 300, 1}} {
		m, k, n := s[0], s[1], s[2]
		a, b := randomView(1, m, k), randomView(2, k, n)
		want := mat.NewDense(m, n, nil)
		Mul(want, a, b)
		got := randomView(3, m, n)
		p := Pack(b)
		if r, c := p.Dims(); r != k || c != n {
			t.Errorf("%v: Dims %d x %d", s, r, c)
		}
		p.Mul(got, a)
		wantSameBits(t, fmt.Sprint("Mul of ", s), got, want)
		got = randomView(4, m, n)
		PackTrans(mat.DenseCopyOf(b.T())).Mul(got, a)
		wantSameBits(t, fmt.Sprint("PackTrans of ", s), got, want)
		for _, step := range []int{PackedRows, 2 * PackedRows} {
			got = randomView(5, m, n)
			for l := 0; l < k; l += step {
				p.MulRows(got, a.Slice(0, m, l, min(l+step, k)).(*mat.Dense), l)
			}
			wantSameBits(t, fmt.Sprint("MulRows of ", s), got, want)
		}
		// Part of a block alone.
		part := max(1, k/2) / 2
		if part > 0 {
			ap := a.Slice(0, m, 0, part).(*mat.Dense)
			Mul(want, ap, b.Slice(0, part, 0, n).(*mat.Dense))
			p.MulRows(got, ap, 0)
			wantSameBits(t, fmt.Sprint("MulRows of some rows of ", s), got, want)
		}
		got = mat.DenseCopyOf(want)
		p.MulAdd(got, -0.5, a)
		MulAdd(want, -0.5, a, b)
		wantSameBits(t, fmt.Sprint("MulAdd of ", s), got, want)
	}
	p := Pack(random(1, 600, 4))
	wantPanic(t, "linalg: Packed.MulRows: rows 512 to 601 of 600, in steps of 512", func() { p.MulRows(random(1, 2, 4), random(1, 2, 89), 512) })
	wantPanic(t, "linalg: Packed.Mul: dst is 2 x 5, want 2 x 4", func() { p.Mul(random(1, 2, 5), random(1, 2, 600)) })
}

func TestPacked32(t *testing.T) {
	const m, k, n = 19, 600, 70
	a, b := random(1, m, k), random(2, k, n)
	a32, b32 := single(a), single(b)
	p := Pack32(b32)
	got, pieces := single(random(3, m, n)), single(random(4, m, n))
	p.Mul(got, a32)
	for l := 0; l < k; l += PackedRows {
		al := blas32.General{Rows: m, Cols: min(PackedRows, k-l), Stride: k, Data: a32.Data[l:]}
		p.MulRows(pieces, al, l)
	}
	want := slowMul(a, b)
	for i, g := range got.Data {
		// The bound of sumTol with the unit roundoff of float32, and that of its inputs.
		if w := want.RawMatrix().Data[i]; !(math.Abs(float64(g)-w) <= sumTol(k)*0x1p29) {
			t.Fatalf("element %d is %v, want %v", i, g, w)
		}
		if pieces.Data[i] != g {
			t.Fatalf("element %d is %v in pieces, %v at once", i, pieces.Data[i], g)
		}
	}
}

func TestPackedAllocatesNothing(t *testing.T) {
	a, dst, p := random(1, 64, 500), mat.NewDense(64, 70, nil), Pack(random(2, 500, 70))
	if n := testing.AllocsPerRun(10, func() { p.Mul(dst, a) }); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

// BenchmarkPacked is a tile of points by features and rows, times weights.
func BenchmarkPacked(b *testing.B) {
	for _, s := range [][3]int{{64, 3000, 64}, {64, 3000, 256}, {256, 3000, 256}, {256, 1200, 64}} {
		m, k, n := s[0], s[1], s[2]
		flop := 2 * float64(m) * float64(k) * float64(n)
		b.Run(fmt.Sprint("double/", m, "x", k, "x", n), func(b *testing.B) {
			a, dst, p := random(1, m, k), mat.NewDense(m, n, nil), Pack(random(2, k, n))
			for b.Loop() {
				p.Mul(dst, a)
			}
			gflops(b, flop)
		})
		b.Run(fmt.Sprint("single/", m, "x", k, "x", n), func(b *testing.B) {
			a, dst, p := single(random(1, m, k)), single(random(3, m, n)), Pack32(single(random(2, k, n)))
			for b.Loop() {
				p.Mul(dst, a)
			}
			gflops(b, flop)
		})
	}
}

// single rounds d to float32.
func single(d *mat.Dense) blas32.General {
	r, c := d.Dims()
	g := blas32.General{Rows: r, Cols: c, Stride: c, Data: make([]float32, r*c)}
	for i := range g.Data {
		g.Data[i] = float32(d.RawMatrix().Data[i])
	}
	return g
}
