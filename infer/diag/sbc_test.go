package diag

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// P and the coverage of the band, against the fractions of all equally likely rankings,
// counted one by one.
func TestECDFIsExact(t *testing.T) {
	const n, of = 4, 5
	total := 1
	for range n {
		total *= of + 1
	}
	r := Ranks{Of: of, Ranks: make([]int, n)}
	u := newUniformRanks(n, of)
	gammas, ps := make([]float64, total), make([]float64, total)
	inside := 0
	for code := range total {
		for i, c := 0, code; i < n; i++ {
			r.Ranks[i] = c % (of + 1)
			c /= of + 1
		}
		gammas[code] = 2
		for k := 1; k <= of; k++ {
			below := 0
			for _, rank := range r.Ranks {
				if rank < k {
					below++
				}
			}
			gammas[code] = min(gammas[code], u.probability(k, below))
		}
		e := r.ECDF(0.8)
		ps[code] = e.P
		if e.Inside() {
			inside++
		}
	}
	sorted := slices.Sorted(slices.Values(gammas))
	for code, g := range gammas {
		// Statistics that differ by rounding count as equal.
		count, _ := slices.BinarySearch(sorted, g+1e-9)
		if want := float64(count) / float64(total); math.Abs(ps[code]-want) > 1e-9 {
			t.Fatalf("ranking %d: P = %v, counted %v", code, ps[code], want)
		}
	}
	// The distribution of the statistic is discrete: at least the coverage, and the next
	// narrower band has less.
	share := float64(inside) / float64(total)
	if share < 0.8 || u.inside(u.limit(0.8)+1e-9) >= 0.8 {
		t.Errorf("the band of coverage 0.8 holds %v", share)
	}
}

func TestECDFOfUniformRanks(t *testing.T) {
	const runs, n, of = 200, 100, 9
	rnd := rand.New(rand.NewPCG(1, 2))
	outside, low := 0, 0
	for range runs {
		r := Ranks{Of: of}
		for range n {
			r.Ranks = append(r.Ranks, rnd.IntN(of+1))
		}
		e := r.ECDF(0.9)
		if !e.Inside() {
			outside++
		}
		if e.P <= 0.1 {
			low++
		}
		if e.Inside() != (e.P > 0.1) {
			// The two say the same but between neighbouring values of the statistic.
			if math.Abs(e.P-0.1) > 0.005 {
				t.Errorf("P = %v, inside %t", e.P, e.Inside())
			}
		}
	}
	// 0.1 +- 0.021 each: four of these.
	if got := float64(outside) / runs; math.Abs(got-0.1) > 0.085 {
		t.Errorf("%v of uniform ranks are outside of the band of 0.9", got)
	}
	if got := float64(low) / runs; math.Abs(got-0.1) > 0.085 {
		t.Errorf("%v of uniform ranks have P below 0.1", got)
	}
}

// Draws that are too narrow, too wide or off to one side are seen, in the form
// that the documentation says.
func TestRanksOfWrongDraws(t *testing.T) {
	const sims, of = 300, 99
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, c := range []struct {
		name        string
		shift, wide float64
		form        func(h []int) bool
	}{
		{"right", 0, 1, nil},
		{"narrow", 0, 0.7, func(h []int) bool { return h[0]+h[3] > h[1]+h[2]+40 }},
		{"wide", 0, 1.5, func(h []int) bool { return h[0]+h[3]+40 < h[1]+h[2] }},
		{"above", 0.4, 1, func(h []int) bool { return h[0] > h[3]+40 }},
	} {
		r := Ranks{Of: of}
		draws := make([]float64, of)
		for range sims {
			for i := range draws {
				draws[i] = c.shift + c.wide*rnd.NormFloat64()
			}
			r.Ranks = append(r.Ranks, Rank(rnd.NormFloat64(), draws))
		}
		e, h := r.ECDF(0.99), r.Histogram(4)
		if c.form == nil {
			if !e.Inside() {
				t.Errorf("%s: P = %v", c.name, e.P)
			}
			continue
		}
		if e.Inside() || e.P > 1e-4 || !c.form(h) {
			t.Errorf("%s: P = %v, histogram %v", c.name, e.P, h)
		}
	}
}

func TestRanksMisusePanics(t *testing.T) {
	good := Ranks{Of: 9, Ranks: []int{0, 9, 4}}
	if h := good.Histogram(2); !slices.Equal(h, []int{2, 1}) {
		t.Errorf("histogram %v", h)
	}
	for name, f := range map[string]func(){
		"none":     func() { Ranks{Of: 9}.ECDF(0.9) },
		"beyond":   func() { Ranks{Of: 9, Ranks: []int{10}}.ECDF(0.9) },
		"bins":     func() { good.Histogram(3) },
		"coverage": func() { good.ECDF(1) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

func BenchmarkECDF(b *testing.B) {
	rnd := rand.New(rand.NewPCG(1, 2))
	r := Ranks{Of: 99}
	for range 1000 {
		r.Ranks = append(r.Ranks, rnd.IntN(100))
	}
	for b.Loop() {
		r.ECDF(0.95)
	}
}
