package bayesopt_test

import (
	"errors"
	"math"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/bayesopt"
	"matheron/rng"
)

func TestSpace(t *testing.T) {
	for _, c := range []struct {
		inputs []bayesopt.Input
		index  int
		want   string
	}{
		{nil, 0, `input 1 (""): a space needs an input`},
		{[]bayesopt.Input{{"a", 0, 1}, {"", 0, 1}}, 1, `input 2 (""): no name`},
		{[]bayesopt.Input{{"a", 0, 1}, {"a", 0, 1}}, 1, `input 2 ("a"): the name is taken`},
		{[]bayesopt.Input{{"a", 2, 1}}, 0, `input 1 ("a"): not an interval: lower 2, upper 1`},
		{[]bayesopt.Input{{"a", math.NaN(), 1}}, 0, `input 1 ("a"): not an interval: lower NaN, upper 1`},
		{[]bayesopt.Input{{"a", 0, math.Inf(1)}}, 0, `input 1 ("a"): not an interval: lower 0, upper +Inf`},
		{[]bayesopt.Input{{"a", math.Inf(1), math.Inf(1)}}, 0, `input 1 ("a"): not an interval: lower +Inf, upper +Inf`},
	} {
		_, err := bayesopt.NewSpace(c.inputs...)
		var in *bayesopt.InputError
		if !errors.As(err, &in) || in.Index != c.index || err.Error() != c.want {
			t.Errorf("%v: %v", c.inputs, err)
		}
	}
	inputs := []bayesopt.Input{{"a", -1, 2}, {"b", 5, 5}}
	space, err := bayesopt.NewSpace(inputs...)
	if err != nil {
		t.Fatal(err)
	}
	inputs[0].Name = "changed"
	space.Inputs()[1].Lower = 7
	if got := space.Names(); !reflect.DeepEqual(got, []string{"a", "b"}) {
		t.Errorf("names %q", got)
	}
	box := space.Box()
	if !reflect.DeepEqual([][]float64{box.Lower, box.Upper}, [][]float64{{-1, 5}, {2, 5}}) {
		t.Errorf("box %v", box)
	}
	for _, c := range []struct {
		x    []float64
		want bool
	}{{[]float64{-1, 5}, true}, {[]float64{2, 5}, true}, {[]float64{2.1, 5}, false}, {[]float64{0, 4}, false}, {[]float64{math.NaN(), 5}, false}} {
		if space.Contains(c.x) != c.want {
			t.Errorf("contains %g: %v", c.x, !c.want)
		}
	}
}

func TestStateIsARecord(t *testing.T) {
	start := bayesopt.State{Space: line(), Key: rng.New(9)}
	first, a := start.Ask(start.Initial(3)...)
	if len(start.Trials) != 0 || len(first.Trials) != 3 || a[2].ID != 2 {
		t.Fatalf("%v, %v, %v", start.Trials, first.Trials, a)
	}
	// Two futures of one state do not meet.
	left, _ := first.Ask([]float64{0.5})
	right, _ := first.Ask([]float64{-0.5})
	if left.Trials[3].X[0] != 0.5 || right.Trials[3].X[0] != -0.5 {
		t.Errorf("%v and %v", left.Trials[3], right.Trials[3])
	}

	told, err := left.Tell(3, 2)
	if err != nil {
		t.Fatal(err)
	}
	if told, err = told.Tell(1, -1); err != nil {
		t.Fatal(err)
	}
	if told, err = told.Fail(0); err != nil {
		t.Fatal(err)
	}
	if left.Trials[3].Status != bayesopt.Pending {
		t.Error("telling changed the state before")
	}
	x, y := told.Data()
	want := mat.NewDense(2, 1, []float64{a[1].X[0], 0.5})
	if !mat.Equal(x, want) || !reflect.DeepEqual(y, []float64{-1, 2}) {
		t.Errorf("data %v, %v", x, y)
	}
	if p := told.Pending(); !mat.Equal(p, point(a[2].X[0])) {
		t.Errorf("pending %v", p)
	}
	low, _ := told.Best(bayesopt.Minimize)
	high, _ := told.Best(bayesopt.Maximize)
	if low.ID != 1 || high.ID != 3 {
		t.Errorf("best %v and %v", low, high)
	}
	if _, ok := first.Best(bayesopt.Minimize); ok {
		t.Error("a best trial of none told")
	}
	if x, y := first.Data(); x != nil || y != nil {
		t.Error("data of none told")
	}

	// Told again, the same: as if nothing had come.
	if again, err := told.Tell(1, -1); err != nil || !reflect.DeepEqual(again, told) {
		t.Errorf("%v, %v", again, err)
	}
	for _, c := range []struct {
		id    int
		value float64
		want  string
	}{
		{1, 5, "trial 1: told before, with the value -1"},
		{0, 5, "trial 0: it has failed"},
		{4, 5, "trial 4: there are 4 trials, from 0"},
		{-1, 5, "trial -1: there are 4 trials, from 0"},
		{2, math.NaN(), "trial 2: the value NaN is not finite; call Fail if there is none"},
	} {
		after, err := told.Tell(c.id, c.value)
		var tell *bayesopt.TellError
		if !errors.As(err, &tell) || tell.ID != c.id || err.Error() != c.want || !reflect.DeepEqual(after, told) {
			t.Errorf("%v", err)
		}
	}
}

// What comes next depends on what was asked, not on the order of the answers.
func TestNextDependsOnWhatWasAsked(t *testing.T) {
	start := bayesopt.State{Space: line(), Key: rng.New(9)}
	all := start.Initial(4)
	two, _ := start.Ask(start.Initial(2)...)
	if rest := two.Initial(2); !reflect.DeepEqual(append(start.Initial(2), rest...), all) {
		t.Errorf("%v and then %v, not %v", start.Initial(2), rest, all)
	}
	told, err := two.Tell(0, 1)
	if err != nil {
		t.Fatal(err)
	}
	if told.Next() != two.Next() || two.Next() == start.Next() {
		t.Error("the next key")
	}
	for _, x := range all {
		if !start.Space.Contains(x) {
			t.Errorf("%g is not in the space", x)
		}
	}
}
