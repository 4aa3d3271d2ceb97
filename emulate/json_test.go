package emulate_test

import (
	"context"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/emulate"
	"matheron/rng"
)

// stored returns what is read back of v after it was written as JSON.
func stored[T any](t *testing.T, v *T) *T {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	back := new(T)
	if err := json.Unmarshal(text, back); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return back
}

// JSON dropped the draws behind the fields, and with them quantiles and trajectories.
func TestResultsSurviveStorage(t *testing.T) {
	r := rng.New(1).Rand()
	for n := 2; n < 9; n++ {
		draws, weights := make([]*mat.Dense, n), make([]float64, n)
		for s := range draws {
			draws[s] = mat.NewDense(1+r.IntN(5), 2, nil)
			draws[s].Apply(func(int, int, float64) float64 { return r.NormFloat64() * math.Pow(10, float64(r.IntN(100)-50)) }, draws[s])
			weights[s] = r.Float64()
		}
		p := emulate.Pool(draws, weights)
		if back := stored(t, p); !reflect.DeepEqual(back, p) || back.Quantile(1, 0.3) != p.Quantile(1, 0.3) {
			t.Errorf("%v is read back as %v", p, back)
		}
		roll, _, _ := linear(t, n)
		for _, roll.Keep = range []bool{false, true} {
			got, err := roll.Run(context.Background(), grid(1, 2, 3))
			if err != nil {
				t.Fatal(err)
			}
			back := stored(t, got)
			if !reflect.DeepEqual(back, got) {
				t.Errorf("%v is read back as %v", got, back)
			}
			if roll.Keep && !mat.Equal(back.MeanTrajectory(2), got.MeanTrajectory(2)) {
				t.Error("another trajectory")
			}
		}
	}
}

func TestResultsRefuse(t *testing.T) {
	for _, c := range []struct {
		into any
		text string
		want string
	}{
		{&emulate.Pooled{}, `{}`, "0 weights for 0 paths"},
		{&emulate.Pooled{}, `{"draws": [[[1, 2]], [[1]]], "weights": [0.5, 0.5]}`, "path 1 has 1 columns"},
		{&emulate.Pooled{}, `{"draws": [[[1, 2], [3]]], "weights": [1]}`, "row 1 has 1 numbers"},
		{&emulate.Pooled{}, `{"draws": [[]], "weights": [1]}`, "nothing"},
		{&emulate.Pooled{}, `{"draws": [[[1]]], "weights": [2]}`, "sum 2"},
		{&emulate.Pooled{}, `{"draws": [[[1]], [[1]]], "weights": [2, -1]}`, "weight 1 is -1"},
		{&emulate.Pooled{}, `{"draws": [[[1]]], "weights": [1], "mean": [1]}`, "mean"},
		{&emulate.Returns{}, `{}`, "nothing"},
		{&emulate.Returns{}, `{"values": [[1, 2]], "mean_dynamics": [1]}`, "from 2 starts"},
		{&emulate.Returns{}, `{"values": [[1]], "mean_dynamics": [1], "states": [[[[0], [1]]]]}`, "0 along the mean"},
		{&emulate.Returns{}, `{"values": [[1]], "mean_dynamics": [1], "states": [[[[0], [1]]]], "mean_states": [[[0], [1]], [[0], [1]]]}`, "2 starts of 1"},
		{&emulate.Returns{}, `{"values": [[1]], "mean_dynamics": [1], "states": [[[[0], [1]]]], "mean_states": [[[0]]]}`, "1 x 1 states, and 2 x 1"},
	} {
		if err := json.Unmarshal([]byte(c.text), c.into); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.text, err, c.want)
		}
	}
}
