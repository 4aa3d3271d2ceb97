package rng

import (
	"math"
	"strconv"
	"testing"
)

// TestIndependence draws one number from each of many derived streams and
// checks that the sequence over keys, not within a stream, looks independent.
func TestIndependence(t *testing.T) {
	const n = 20000
	root := New(1)
	families := map[string]func(i int) Key{
		"seeds":          func(i int) Key { return New(uint64(i)) },
		"splits":         root.Split,
		"negative":       func(i int) Key { return root.Split(-i - 1) },
		"high bits":      func(i int) Key { return root.Split(i << 40) },
		"names":          func(i int) Key { return root.Named(strconv.Itoa(i)) },
		"split of split": func(i int) Key { return root.Split(i / 100).Split(i % 100) },
		"split of named": func(i int) Key { return root.Named("noise").Split(i) },
		"chain":          func() func(int) Key { k := root; return func(int) Key { k = k.Split(0); return k } }(),
	}
	for name, key := range families {
		t.Run(name, func(t *testing.T) {
			const bins = 100
			var counts [bins]float64
			u := make([]float64, n)
			for i := range u {
				u[i] = key(i).Rand().Float64()
				counts[int(bins*u[i])]++
			}
			var chi2 float64
			for _, c := range counts {
				chi2 += (c - n/bins) * (c - n/bins) / (n / bins)
			}
			// Chi-square of bins-1 degrees has that mean and variance 2 (bins-1):
			// five standard deviations.
			if dev := (chi2 - (bins - 1)) / math.Sqrt(2*(bins-1)); math.Abs(dev) > 5 {
				t.Errorf("chi-square of %d bins = %.1f, %.1f standard deviations off", bins, chi2, dev)
			}
			for _, lag := range []int{1, 2, 100} {
				// A product of two centred uniforms has mean 0 and sd 1/12.
				var c float64
				for i := range u[lag:] {
					c += (u[i] - 0.5) * (u[i+lag] - 0.5)
				}
				if z := c * 12 / math.Sqrt(float64(n-lag)); math.Abs(z) > 5 {
					t.Errorf("correlation of neighbours at lag %d: %.1f standard errors", lag, z)
				}
			}
		})
	}
}

// TestParentAndChild checks that a key's own stream is independent of those of
// its children and of its sibling by seed.
func TestParentAndChild(t *testing.T) {
	const n = 20000
	root := New(1)
	pairs := map[string][2]Key{
		"split":  {root, root.Split(0)},
		"named":  {root, root.Named("")},
		"kinds":  {root.Split(0), root.Named("")},
		"digits": {root.Split(0), root.Named("0")},
		"bytes":  {root.Split(0), root.Named("\x00\x00\x00\x00\x00\x00\x00\x00")},
		"seeds":  {New(0), New(1)},
		"zero":   {Key{}, New(0)},
		"order":  {root.Split(1).Split(2), root.Split(2).Split(1)},
		"nested": {root.Named("a").Named("b"), root.Named("ab")},
	}
	for name, pair := range pairs {
		a, b := pair[0].Rand(), pair[1].Rand()
		var c float64
		for range n {
			c += (a.Float64() - 0.5) * (b.Float64() - 0.5)
		}
		// As above: standard deviation 1/12 a product, five standard errors.
		if z := c * 12 / math.Sqrt(n); math.Abs(z) > 5 {
			t.Errorf("%s: correlation of the streams: %.1f standard errors", name, z)
		}
	}
}

// TestNoCollisions derives keys in every way and finds no two equal, either as
// keys or in their first number (for n keys a chance of n^2 2^-65, some 1e-9).
func TestNoCollisions(t *testing.T) {
	keys := map[Key]string{}
	first := map[uint64]string{}
	add := func(k Key, name string) {
		if other, ok := keys[k]; ok {
			t.Errorf("%s and %s are one key", name, other)
		}
		keys[k] = name
		u := k.Source().Uint64()
		if other, ok := first[u]; ok {
			t.Errorf("%s and %s begin with the same number", name, other)
		}
		first[u] = name
	}
	add(Key{}, "the zero key")
	root := New(7)
	for i := range 50000 {
		s := strconv.Itoa(i)
		add(New(uint64(i)), "seed "+s)
		add(root.Split(i), "split "+s)
		add(root.Named(s), "named "+s)
	}
	for i := range 100 {
		s := strconv.Itoa(i)
		add(root.Split(-i-1), "split -1-"+s)
		add(New(math.MaxUint64-uint64(i)), "last seed less "+s)
		for j := range 100 {
			add(root.Split(i).Split(j), "split "+s+" split "+strconv.Itoa(j))
			add(root.Named(s).Split(j), "named "+s+" split "+strconv.Itoa(j))
			add(root.Split(j).Named(s), "split "+strconv.Itoa(j)+" named "+s)
		}
	}
}

// TestKeyIsAValue checks that drawing from a key does not change it.
func TestKeyIsAValue(t *testing.T) {
	k := New(3)
	a := k.Rand()
	want := [3]uint64{a.Uint64(), a.Uint64(), a.Uint64()}
	k.Split(1).Rand().Uint64()
	k.Named("x").Rand().Uint64()
	b := k.Rand()
	if got := [3]uint64{b.Uint64(), b.Uint64(), b.Uint64()}; got != want {
		t.Errorf("a key drawn from twice gave %d, then %d", want, got)
	}
	if k != New(3) {
		t.Error("drawing changed the key")
	}
}

func BenchmarkSplit(b *testing.B) {
	k := New(1)
	b.ReportAllocs()
	for i := range b.N {
		k = k.Split(i)
	}
	sink = uint64(k.state[0])
}

func BenchmarkNamed(b *testing.B) {
	k := New(1)
	b.ReportAllocs()
	for range b.N {
		k = k.Named("sum.0.RBF.lengthscale")
	}
	sink = uint64(k.state[0])
}

func BenchmarkRand(b *testing.B) {
	k := New(1)
	b.ReportAllocs()
	for range b.N {
		sink = k.Rand().Uint64()
	}
}

func BenchmarkNormFloat64(b *testing.B) {
	r := New(1).Rand()
	var s float64
	for range b.N {
		s += r.NormFloat64()
	}
	sink = math.Float64bits(s)
}

var sink uint64

func TestBytesRoundTrip(t *testing.T) {
	for _, k := range []Key{{}, New(1), New(1).Split(2).Named("noise")} {
		if got := FromBytes(k.Bytes()); got != k {
			t.Errorf("key %x comes back as %x", k.Bytes(), got.Bytes())
		}
	}
}
