package asm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// layout is how a test stores the operands of a product.
type layout int

const (
	asIs layout = iota
	transposed
	packed
)

// place stores the element (i, j) of a matrix, given by at, in panels of the given
// height that lie panel apart, and returns the slice, whose start is unaligned, and
// its steps between panels, in a panel, and along.
func place[T Float](rows, cols, height int, l layout, at func(i, j int) T) (data []T, panel, step, along int) {
	switch l {
	case asIs:
		panel, step, along = height*(cols+3), cols+3, 1
	case transposed:
		panel, step, along = height, 1, rows+5
	case packed:
		panel, step, along = height*cols, 1, height
	}
	panels := (rows + height - 1) / height
	data = make([]T, 1+panels*panel+rows*step+cols*along+height*step)[1:]
	for i := range data {
		data[i] = T(math.NaN()) // what is not an element must not be read into one
	}
	for i := range rows {
		for j := range cols {
			data[i/height*panel+i%height*step+j*along] = at(i, j)
		}
	}
	return data, panel, step, along
}

// special puts numbers that arithmetic treats apart among normal ones.
func special[T Float](g *rand.Rand, odd bool) T {
	if odd && g.IntN(40) == 0 {
		s := [...]float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 5e-324, 1e-310, 1e-40}
		return T(s[g.IntN(len(s))])
	}
	return T(g.NormFloat64())
}

func TestGemm(t *testing.T) {
	t.Run("float64", func(t *testing.T) { testGemm[float64](t, 0x1p-53) })
	t.Run("float32", func(t *testing.T) { testGemm[float32](t, 0x1p-24) })
}

// testGemm compares each level with the defining loop in float64, whose own
// rounding is at most that of T: in the worst case (k + 2) u times the sum of the
// magnitudes of what is added, for each of the two, and a smallest subnormal a step.
func testGemm[T Float](t *testing.T, u float64) {
	atEachLevel(t, func(t *testing.T) {
		tile := GemmTile[T]()
		sizes := []int{0, 1, 2, 3, 5, 8, 9, tile.Rows - 1, tile.Rows + 1, 2 * tile.Rows, tile.Cols - 1, tile.Cols, tile.Cols + 1, 2*tile.Cols + 3}
		g := rand.New(rand.NewPCG(1, 2))
		for range 1500 {
			m, n, k := sizes[g.IntN(len(sizes))], sizes[g.IntN(len(sizes))], sizes[g.IntN(len(sizes))]
			odd := g.IntN(2) == 0
			random := func(r, c int) []T {
				v := make([]T, r*c)
				for i := range v {
					v[i] = special[T](g, odd)
				}
				return v
			}
			av, bv, cv := random(m, k), random(k, n), random(m, n)
			p := Product[T]{M: m, N: n, K: k, CRow: n + g.IntN(3), Diag: n, Alpha: []T{1, -1, 0.3}[g.IntN(3)], Add: g.IntN(2) == 0}
			if g.IntN(3) == 0 {
				p.Diag = g.IntN(20) - 8
			}
			la := layout(g.IntN(3))
			p.A, p.APanel, p.ARow, p.ACol = place(m, k, tile.Rows, la, func(i, j int) T { return av[i*k+j] })
			// Rows of a panel of B lie together: as it is, or packed.
			lb := transposed + layout(g.IntN(2))
			var one int
			p.B, p.BPanel, one, p.BRow = place(n, k, tile.Cols, lb, func(j, l int) T { return bv[l*n+j] })
			if one != 1 {
				t.Fatal("columns of B apart")
			}
			p.C = make([]T, 1+m*p.CRow+8)[1:]
			for i := range p.C {
				p.C[i] = T(1000 + i) // outside C nothing changes
			}
			for i := range m {
				copy(p.C[i*p.CRow:], cv[i*n:(i+1)*n])
			}
			before := append([]T(nil), p.C...)
			Gemm(&p)
			what := fmt.Sprintf("%d x %d x %d, A %d, B %d, diag %d, add %t", m, n, k, la, lb, p.Diag, p.Add)
			for at, got := range p.C {
				i, j := at/max(p.CRow, 1), at%max(p.CRow, 1)
				if i >= m || j >= n || j >= i+p.Diag {
					if math.Float64bits(float64(got)) != math.Float64bits(float64(before[at])) {
						t.Fatalf("%s: C[%d] outside is %v, was %v", what, at, got, before[at])
					}
					continue
				}
				var want, size float64
				for l := range k {
					x := float64(av[i*k+l]) * float64(bv[l*n+j])
					want += x
					size += math.Abs(x)
				}
				want *= float64(p.Alpha)
				if p.Add {
					want += float64(before[at])
					size += math.Abs(float64(before[at]))
				}
				tol := 2*float64(k+2)*u*size + float64(k+2)*float64(smallest[T]())
				if math.IsNaN(want) || math.IsInf(want, 0) {
					if math.IsNaN(want) != math.IsNaN(float64(got)) || !math.IsNaN(want) && float64(got) != want {
						t.Fatalf("%s: C(%d,%d) = %v, want %v", what, i, j, got, want)
					}
				} else if !(math.Abs(float64(got)-want) <= tol) {
					t.Fatalf("%s: C(%d,%d) = %v, want %v within %g", what, i, j, got, want, tol)
				}
			}
		}
	})
}

func smallest[T Float]() T {
	if is32[T]() {
		return T(math.SmallestNonzeroFloat32)
	}
	x := math.SmallestNonzeroFloat64
	return T(x)
}

// An element must have the same bits wherever it lies in a tile, and however the
// operands are laid out.
func TestGemmSameBits(t *testing.T) {
	atEachLevel(t, func(t *testing.T) {
		const k = 37
		tile := GemmTile[float64]()
		g := rand.New(rand.NewPCG(3, 4))
		a, b := make([]float64, k), make([]float64, k)
		for i := range k {
			a[i], b[i] = g.NormFloat64(), g.NormFloat64()
		}
		var want float64
		for m := 1; m <= tile.Rows+1; m++ {
			for n := 1; n <= 2*tile.Cols; n++ {
				for _, l := range []layout{asIs, transposed, packed} {
					p := Product[float64]{M: m, N: n, K: k, CRow: n, C: make([]float64, m*n), Diag: n, Alpha: 0.7}
					p.A, p.APanel, p.ARow, p.ACol = place(m, k, tile.Rows, l, func(_, l int) float64 { return a[l] })
					p.B, p.BPanel, _, p.BRow = place(n, k, tile.Cols, max(l, transposed), func(_, l int) float64 { return b[l] })
					Gemm(&p)
					if want == 0 {
						want = p.C[0]
					}
					for i, got := range p.C {
						if got != want {
							t.Fatalf("%d x %d: element %d is %v, elsewhere %v", m, n, i, got, want)
						}
					}
				}
			}
		}
	})
}

func TestGemmChecksItsSlices(t *testing.T) {
	atEachLevel(t, func(t *testing.T) {
		whole := func() Product[float64] {
			return Product[float64]{M: 9, N: 30, K: 4, Diag: 30, Alpha: 1,
				A: make([]float64, 36), APanel: GemmTile[float64]().Rows * 4, ARow: 4, ACol: 1,
				B: make([]float64, 120), BPanel: GemmTile[float64]().Cols, BRow: 30,
				C: make([]float64, 270), CRow: 30}
		}
		for name, change := range map[string]func(p *Product[float64]){
			"":                 func(p *Product[float64]) {},
			"A too short":      func(p *Product[float64]) { p.A = p.A[:35] },
			"B too short":      func(p *Product[float64]) { p.B = p.B[:119] },
			"C too short":      func(p *Product[float64]) { p.C = p.C[:269] },
			"A goes backwards": func(p *Product[float64]) { p.ARow = -4 },
		} {
			p := whole()
			change(&p)
			func() {
				defer func() {
					if r := recover(); (r != nil) != (name != "") {
						t.Errorf("%q: panic %v", name, r)
					}
				}()
				Gemm(&p)
			}()
		}
	})
}

func TestGemmAllocatesNothing(t *testing.T) {
	a, b, c := make([]float64, 40*40), make([]float64, 40*40), make([]float64, 40*40)
	atEachLevel(t, func(t *testing.T) {
		tile := GemmTile[float64]()
		if n := testing.AllocsPerRun(10, func() {
			Gemm(&Product[float64]{M: 40, N: 40, K: 40, A: a, APanel: 40 * tile.Rows, ARow: 40, ACol: 1,
				B: b, BPanel: tile.Cols, BRow: 40, C: c, CRow: 40, Diag: 40, Alpha: 1})
		}); n != 0 {
			t.Errorf("%g allocations", n)
		}
	})
}

// BenchmarkGemm measures one tile on panels in the cache: the rate that a product
// cannot pass.
func BenchmarkGemm(b *testing.B) {
	before := level
	defer func() { level = before }()
	for l := Generic; l <= highest(); l++ {
		level = l
		tile := GemmTile[float64]()
		for _, k := range []int{8, 32, 128, 256} {
			p := Product[float64]{M: tile.Rows, N: tile.Cols, K: k,
				A: make([]float64, tile.Rows*k), ARow: 1, ACol: tile.Rows,
				B: make([]float64, tile.Cols*k), BRow: tile.Cols,
				C: make([]float64, tile.Rows*tile.Cols), CRow: tile.Cols, Diag: tile.Cols, Alpha: 1, Add: true}
			b.Run(fmt.Sprintf("%v/%d", l, k), func(b *testing.B) {
				for b.Loop() {
					Gemm(&p)
				}
				b.ReportMetric(2*float64(tile.Rows*tile.Cols*k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFlop/s")
			})
		}
	}
}

// RowTimes has the bits of Gemm for one row, at any width, depth and place, and
// writes nothing else.
func TestRowTimesIsGemm(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	atEachLevel(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 3, 4, 7, 8, 9, 15, 17, 63, 64, 65, 100, 200, 5000} {
			for _, k := range []int{0, 1, 2, 50, 256} {
				for _, add := range []bool{false, true} {
					stride := n + r.IntN(3)
					a, b := make([]float64, k), make([]float64, k*stride+1)
					for i := range a {
						a[i] = r.NormFloat64()
					}
					for i := range b {
						b[i] = r.NormFloat64()
					}
					if k > 2 && n > 2 {
						b[stride+1], b[stride+2] = math.Inf(1), 5e-324
					}
					got, want := make([]float64, n+1), make([]float64, n+1)
					for i := range got {
						got[i] = r.NormFloat64()
						want[i] = got[i]
					}
					b = b[1:]
					tile := GemmTile[float64]()
					Gemm(&Product[float64]{
						M: 1, N: n, K: k, A: a, APanel: tile.Rows * k, ARow: k, ACol: 1,
						B: b, BPanel: tile.Cols, BRow: stride, C: want, CRow: n, Diag: n + 1, Alpha: 1, Add: add,
					})
					RowTimes(got[:n], a, b, stride, add)
					for j, v := range got {
						if math.Float64bits(v) != math.Float64bits(want[j]) && !(v != v && want[j] != want[j]) {
							t.Fatalf("%d columns, depth %d, add %v: element %d is %v, by Gemm %v", n, k, add, j, v, want[j])
						}
					}
				}
			}
		}
	})
}

func TestRowTimesPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	RowTimes(make([]float64, 3), make([]float64, 2), make([]float64, 5), 3, false)
}

func BenchmarkRowTimes(b *testing.B) {
	for _, n := range []int{16, 64, 256} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			a, m, c := make([]float64, 256), make([]float64, 256*n), make([]float64, n)
			for b.Loop() {
				RowTimes(c, a, m, n, false)
			}
			b.ReportMetric(2*256*float64(n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFlop/s")
		})
	}
}
