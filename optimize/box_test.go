package optimize

import (
	"math"
	"reflect"
	"testing"
)

func TestBox(t *testing.T) {
	inf := math.Inf(1)
	b := Box{Lower: []float64{0, -inf, 1}, Upper: []float64{1, 2, 1}}
	x := []float64{-3, 7, 0}
	if got := b.Project(nil, x); !reflect.DeepEqual(got, []float64{0, 2, 1}) {
		t.Errorf("projection %v", got)
	}
	if !reflect.DeepEqual(x, []float64{-3, 7, 0}) {
		t.Errorf("input changed to %v", x)
	}
	if got := (Box{}).Project(nil, x); !reflect.DeepEqual(got, x) {
		t.Errorf("projection on the whole space %v", got)
	}
	for _, c := range []struct {
		x, g []float64
		want float64
	}{
		{[]float64{0, 2, 1}, []float64{5, -5, 9}, 0},      // all held by their bounds
		{[]float64{0, 2, 1}, []float64{-0.5, 0, 9}, 0.5},  // free to leave
		{[]float64{0.25, 1, 1}, []float64{5, 0, 0}, 0.25}, // as far as the bound
		{[]float64{0.5, 1, 1}, []float64{0.1, 3, 0}, 3},
	} {
		if got := b.GradNorm(c.x, c.g); got != c.want {
			t.Errorf("GradNorm(%v, %v) = %v, want %v", c.x, c.g, got, c.want)
		}
	}
}
