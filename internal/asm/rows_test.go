package asm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// rowKernel is an entry of the registry of kernels along a row.
type rowKernel struct {
	name string
	// rows is how many rows of results it has; sums are how many sums, and how many
	// more for each column.
	rows int
	sums [2]int
	// run calls the kernel; what it does with its arguments is in rowInput.
	run func(in rowInput, rows [][]float64, sums []float64)
	// error is the relative error of elements that is allowed: for covariances that of
	// an exponent of 745 that is right to rounding.
	error float64
	// phases says that elements are of the phases x.y, whose rounding is an error too.
	phases bool
}

// rowInput are the arguments of a kernel along a row.
type rowInput struct {
	a, b   []float64 // rows of numbers
	x      []float64 // a point
	y      []float64 // points by column
	stride int
}

// from returns the input for elements i to j.
func (in rowInput) from(i, j int) rowInput {
	return rowInput{in.a[i:j], in.b[i:j], in.x, in.y[i:], in.stride}
}

// rowKernels is the registry: every kernel along a row that package asm offers.
var rowKernels = func() (ks []rowKernel) {
	rows := func(name string, n int, error float64, f func(in rowInput, r [][]float64)) {
		ks = append(ks, rowKernel{name: name, rows: n, error: error, run: func(in rowInput, r [][]float64, _ []float64) { f(in, r) }})
	}
	sums := func(name string, more, each int, f func(in rowInput, s []float64)) {
		ks = append(ks, rowKernel{name: name, sums: [2]int{more, each}, run: func(in rowInput, _ [][]float64, s []float64) { f(in, s) }})
	}
	rows("Exp", 1, 4e-16, func(in rowInput, r [][]float64) { Exp(r[0], in.a) })
	rows("SinCos", 2, 1e-15, func(in rowInput, r [][]float64) { SinCos(r[0], r[1], in.a) })
	rows("Multiply", 1, 0, func(in rowInput, r [][]float64) { Multiply(r[0], in.a, in.b) })
	rows("Scale", 1, 0, func(in rowInput, r [][]float64) { Scale(r[0], 0.3, in.a) })
	rows("ScaleLess", 1, 0, func(in rowInput, r [][]float64) { ScaleLess(r[0], 0.3, in.a, in.b) })
	rows("AddScaled", 1, 0, func(in rowInput, r [][]float64) {
		copy(r[0], in.b)
		AddScaled(r[0], 0.5, in.a) // an exact product, but for subnormal numbers
	})
	rows("ScaleDifferences", 1, 0, func(in rowInput, r [][]float64) { ScaleDifferences(r[0], 0.3, in.a, in.x[0], in.b) })
	rows("MultiplySum", 1, 0, func(in rowInput, r [][]float64) {
		copy(r[0], in.a)
		MultiplySum(r[0], 0.3, in.b, -0.7, in.a)
	})
	sums("Dot", 1, 0, func(in rowInput, s []float64) { s[0] = Dot(in.a, in.b) })
	sums("Squares", 0, 1, func(in rowInput, s []float64) { Squares(s, in.a, in.x, in.y, in.stride) })
	sums("SquaresOf", 1, 1, func(in rowInput, s []float64) { s[0] = SquaresOf(s[1:], in.a, in.b, in.x, in.y, in.stride) })
	sums("Differences", 0, 1, func(in rowInput, s []float64) { Differences(s, in.a, in.x, in.y, in.stride) })
	sums("Products", 0, 1, func(in rowInput, s []float64) { Products(s, in.a, in.y, in.stride) })

	waves := func(in rowInput) Waves { return Waves{in.y, in.stride} }
	rows("Phases", 1, 1e-15, func(in rowInput, r [][]float64) { waves(in).Phases(r[0], in.x) })
	rows("Eval", 2, 1e-15, func(in rowInput, r [][]float64) { waves(in).Eval(r[0], r[1], in.x, 0.7) })
	sums("Sum", 1, 0, func(in rowInput, s []float64) { s[0] = waves(in).Sum(in.a, in.b, in.x) })
	ks = append(ks, rowKernel{name: "Slopes", rows: 1, sums: [2]int{1, 0}, error: 1e-15, run: func(in rowInput, r [][]float64, s []float64) {
		s[0] = waves(in).Slopes(r[0], in.a, in.b, in.x)
	}})
	for i := len(ks) - 4; i < len(ks); i++ {
		ks[i].phases = true
	}

	// Sines and cosines need not be those of an angle.
	periodic := func(in rowInput) (p *Periodic, cos []float64) {
		half := func(v []float64) []float64 {
			out := make([]float64, len(v))
			for i := range v {
				out[i] = 0.5 - v[i]
			}
			return out
		}
		return &Periodic{Variance: 1.7, Scale: half(in.x), Y: in.y, Sin: in.y, Cos: half(in.y), Stride: in.stride}, half(in.x)
	}
	rows("CovPeriodic", 1, 1e-12, func(in rowInput, r [][]float64) {
		p, cos := periodic(in)
		p.Cov(r[0], in.x, cos)
	})
	sums("SumsPeriodic", 1, 3, func(in rowInput, s []float64) {
		p, cos := periodic(in)
		s[0] = p.Sums(s[1:], in.a, in.b, in.x, in.x, cos)
	})

	for p, name := range []string{"RBF", "Matern12", "Matern32", "Matern52", "RationalQuadratic"} {
		radial := func(in rowInput) *Radial {
			scale := make([]float64, len(in.x))
			for d := range scale {
				scale[d] = 0.5 + 0.25*float64(d)
			}
			return &Radial{Profile: Profile(p), Variance: 1.7, Alpha: 0.8, Scale: scale, Y: in.y, Stride: in.stride}
		}
		rows("Cov"+name, 1, 1e-12, func(in rowInput, r [][]float64) { radial(in).Cov(r[0], in.x) })
		ks = append(ks, rowKernel{name: "Slope" + name, rows: 1, sums: [2]int{3, 0}, error: 1e-12, run: func(in rowInput, r [][]float64, s []float64) {
			radial(in).Slope(r[0], in.a, in.x, (*[3]float64)(s))
		}})
	}
	return ks
}()

// result calls a kernel for rows of n elements at some distance from where the
// allocator put them, and fails if it writes elsewhere.
func (k rowKernel) result(t *testing.T, in rowInput) (rows [][]float64, sums []float64) {
	t.Helper()
	const guard = 12345.0
	n, d := len(in.a), len(in.x)
	var whole [][]float64
	for range k.rows {
		r := make([]float64, n+17)
		for i := range r {
			r[i] = guard
		}
		whole, rows = append(whole, r), append(rows, r[3:3+n])
	}
	sums = make([]float64, k.sums[0]+k.sums[1]*d)
	k.run(in, rows, sums)
	for _, r := range whole {
		for i, v := range r {
			if (i < 3 || i >= 3+n) && v != guard {
				t.Fatalf("%s of %d elements writes to element %d", k.name, n, i-3)
			}
		}
	}
	return rows, sums
}

func newRowInput(r *rand.Rand, n, d, offset int, special []float64) rowInput {
	row := func(n int) []float64 {
		v := make([]float64, n+offset)[offset:]
		for i := range v {
			v[i] = 4*r.Float64() - 2
			if len(special) > 0 && r.IntN(6) == 0 {
				v[i] = special[r.IntN(len(special))]
			}
		}
		return v
	}
	in := rowInput{a: row(n), b: row(n), y: row(d * (n + 3)), stride: n + 3}
	special = nil
	in.x = row(d)
	return in
}

// TestRowKernels compares every variant of every kernel with the Go loop.
func TestRowKernels(t *testing.T) {
	var sizes []int
	for n := range 70 {
		sizes = append(sizes, n)
	}
	sizes = append(sizes, 127, 128, 129, 1000, 1792, 1793, 4096, 4097, 10007)
	nan, inf := math.NaN(), math.Inf(1)
	specials := map[string][]float64{
		"finite":    nil,
		"subnormal": {5e-324, -1e-310, 2.2e-308, 0, math.Copysign(0, -1), 1e-200},
		"large":     {1e5, -700, 709, 1e3, -1e6},
		"infinite":  {inf, -inf, 1e300, -1e200},
		"NaN":       {nan},
	}
	for _, k := range rowKernels {
		for kind, special := range specials {
			for _, n := range sizes {
				if n > 200 && special != nil {
					continue
				}
				for _, d := range []int{1, 2, 3, 4, 5, 9} {
					if n > 200 && d > 1 && d != 9 {
						continue
					}
					in := newRowInput(rand.New(rand.NewPCG(uint64(n), uint64(d))), n, d, n%5, special)
					name := fmt.Sprintf("%s of %d %s elements, %d columns", k.name, n, kind, d)
					compareLevels(t, k, name, in)
				}
			}
		}
	}
}

func compareLevels(t *testing.T, k rowKernel, name string, in rowInput) {
	t.Helper()
	before := level
	defer func() { level = before }()
	level = Generic
	wantRows, wantSums := k.result(t, in)
	away := largestOf(in.x) + largestOf(in.y)
	weights := largestOf(in.a) * largestOf(in.b)
	for level = Generic + 1; level <= highest(); level++ {
		rows, sums := k.result(t, in)
		for i, row := range rows {
			// Subnormal results are rounded absolutely; phases of 1e200 are as good as
			// random.
			absolute := 1e-300
			if k.phases {
				absolute = 1e-15 * float64(len(in.x)) * away * away * weights
			}
			for j, v := range row {
				if absolute < 1e100 && !same(v, wantRows[i][j], k.error, absolute) {
					t.Fatalf("%v: %s: row %d has %v at %d, want %v", level, name, i, v, j, wantRows[i][j])
				}
			}
		}
		for i, v := range sums {
			// More than terms are, but for infinite ones.
			size := float64(1+len(in.a)) * weights * math.Pow(away, 4)
			if math.IsNaN(wantSums[i]) || math.IsInf(wantSums[i], 0) {
				// A term that overflows before it is added makes Inf - Inf, or not.
				if v-v == 0 {
					t.Fatalf("%v: %s: sum %d is %v, want %v", level, name, i, v, wantSums[i])
				}
				continue
			}
			if !same(v, wantSums[i], 1e-13, 1e-15*size) {
				t.Fatalf("%v: %s: sum %d is %v, want %v", level, name, i, v, wantSums[i])
			}
		}
	}
}

// largestOf returns the largest finite absolute value of v, and 1 at least.
func largestOf(v []float64) float64 {
	m := 1.0
	for _, x := range v {
		if x = math.Abs(x); x-x == 0 {
			m = max(m, x)
		}
	}
	return m
}

func same(got, want, relative, absolute float64) bool {
	if math.IsNaN(want) || math.IsInf(want, 0) {
		return got == want || math.IsNaN(got) && math.IsNaN(want)
	}
	return math.Abs(got-want) <= relative*math.Abs(want)+absolute
}

// TestElementsAreAlone checks that an element is the same bits whatever its
// neighbours and their number.
func TestElementsAreAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	in := newRowInput(r, 150, 3, 0, nil)
	atEachLevel(t, func(t *testing.T) {
		for _, k := range rowKernels {
			whole, _ := k.result(t, in)
			for range 200 {
				i := r.IntN(150)
				j := i + r.IntN(150-i+1)
				part, _ := k.result(t, in.from(i, j))
				for row := range part {
					if !slices.Equal(part[row], whole[row][i:j]) {
						t.Fatalf("%s: elements %d to %d alone are not those of the row", k.name, i, j)
					}
				}
			}
		}
	})
}

func TestRowKernelsDoNotAllocate(t *testing.T) {
	in := newRowInput(rand.New(rand.NewPCG(6, 6)), 100, 3, 0, nil)
	row, sums, both := make([]float64, 100), make([]float64, 9), [3]float64{}
	radial := Radial{Profile: Matern52, Variance: 1, Scale: []float64{1, 1, 1}, Y: in.y, Stride: in.stride}
	periodic := Periodic{Variance: 1, Scale: radial.Scale, Y: in.y, Sin: in.y, Cos: in.y, Stride: in.stride}
	waves := Waves{in.y, in.stride}
	atEachLevel(t, func(t *testing.T) {
		if n := testing.AllocsPerRun(10, func() {
			Exp(row, in.a)
			SinCos(row, in.b, in.a)
			radial.Cov(row, in.x)
			radial.Slope(row, in.a, in.x, &both)
			Squares(sums[:3], row, in.x, in.y, in.stride)
			SquaresOf(sums[:3], row, in.a, in.x, in.y, in.stride)
			Differences(sums[:3], row, in.x, in.y, in.stride)
			Products(sums[:3], row, in.y, in.stride)
			periodic.Cov(row, in.x, in.x)
			periodic.Sums(sums, in.a, in.b, in.x, in.x, in.x)
			waves.Eval(row, in.b, in.x, 1)
			waves.Slopes(row, in.a, in.b, in.x)
		}); n != 0 {
			t.Errorf("%v allocations", n)
		}
	})
}

// TestDistanceIsExact checks that equal points have the covariance of distance 0,
// that k(x, y) is k(y, x), and that moving both far from the origin by numbers
// that add exactly changes nothing.
func TestDistanceIsExact(t *testing.T) {
	const n, d = 20, 5
	r := rand.New(rand.NewPCG(4, 4))
	points := make([]float64, n*d) // by column, of 12 bits
	for i := range points {
		points[i] = float64(r.IntN(4096)) / 1024
	}
	scale := []float64{1, 0.3, 2, 0.7, 1.1}
	atEachLevel(t, func(t *testing.T) {
		for p := RBF; p <= RationalQuadratic; p++ {
			block := func(shift float64) [][]float64 {
				y := slices.Clone(points)
				for i := range y {
					y[i] += shift
				}
				k := Radial{Profile: p, Variance: 1.3, Alpha: 2, Scale: scale, Y: y, Stride: n}
				out := make([][]float64, n)
				for i := range out {
					x := make([]float64, d)
					for c := range x {
						x[c] = y[c*n+i]
					}
					out[i] = make([]float64, n)
					k.Cov(out[i], x)
				}
				return out
			}
			near, far := block(0), block(0x1p40)
			for i := range near {
				if near[i][i] != 1.3 {
					t.Errorf("%d: k(x, x) = %v", p, near[i][i])
				}
				for j := range near {
					if near[i][j] != near[j][i] {
						t.Errorf("%d: k(x, y) = %v, k(y, x) = %v", p, near[i][j], near[j][i])
					}
					if near[i][j] != far[i][j] {
						t.Errorf("%d: %v, and %v far from the origin", p, near[i][j], far[i][j])
					}
				}
			}
		}
	})
}
