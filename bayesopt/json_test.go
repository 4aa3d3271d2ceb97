package bayesopt_test

import (
	"encoding/json"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"matheron/bayesopt"
	"matheron/rng"
)

var update = flag.Bool("update", false, "write golden files")

// states returns states of all kinds: of one to four inputs, some of them fixed, and
// of no to nine trials.
func states(t *testing.T) []bayesopt.State {
	t.Helper()
	r := rng.New(5).Rand()
	// Numbers of all sizes, with all their digits.
	number := func() float64 { return r.NormFloat64() * math.Pow(10, float64(r.IntN(600)-300)) }
	var out []bayesopt.State
	for n := range 100 {
		inputs := make([]bayesopt.Input, 1+r.IntN(4))
		for i := range inputs {
			a, b := number(), number()
			if r.IntN(4) == 0 {
				b = a
			}
			inputs[i] = bayesopt.Input{Name: strings.Repeat("é\"<\\", i) + "x", Lower: min(a, b), Upper: max(a, b)}
		}
		space, err := bayesopt.NewSpace(inputs...)
		if err != nil {
			t.Fatal(err)
		}
		s := bayesopt.State{Space: space, Key: rng.New(uint64(n)).Named("state")}
		for id := range r.IntN(10) {
			x := make([]float64, len(inputs))
			for i := range x {
				x[i] = number()
			}
			s, _ = s.Ask(x)
			switch r.IntN(3) {
			case 0:
				s, err = s.Tell(id, number())
			case 1:
				s, err = s.Fail(id)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, s)
	}
	return append(out, bayesopt.State{})
}

// The state said that it could be stored, and JSON wrote a space and a key of {}, which
// were read back as no inputs and another key without an error.
func TestStateSurvivesStorage(t *testing.T) {
	for _, s := range states(t) {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var back bayesopt.State
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if !reflect.DeepEqual(back, s) {
			t.Fatalf("%v is read back as %v", s, back)
		}
		if back.Next() != s.Next() {
			t.Error("another key for what is asked next")
		}
		again, err := json.Marshal(back)
		if err != nil || string(again) != string(text) {
			t.Errorf("%s is written as %s, %v", text, again, err)
		}
	}
}

// A state of the file goes on as the state that was written.
func TestStateFile(t *testing.T) {
	space, err := bayesopt.NewSpace(bayesopt.Input{Name: "rate", Lower: 0.001, Upper: 0.1}, bayesopt.Input{Name: "depth", Lower: 2, Upper: 9})
	if err != nil {
		t.Fatal(err)
	}
	s := bayesopt.State{Space: space, Key: rng.New(7)}
	s, _ = s.Ask(s.Initial(3)...)
	if s, err = s.Tell(1, -0.25); err == nil {
		s, err = s.Fail(2)
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", "state.json")
	if *update {
		if err := os.WriteFile(file, append(text, '\n'), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(text)+"\n" != string(want) {
		t.Errorf("the state is\n%s\nand the file has\n%s", text, want)
	}
	var back bayesopt.State
	if err := json.Unmarshal(want, &back); err != nil || !reflect.DeepEqual(back, s) {
		t.Errorf("%v, error %v", back, err)
	}
	// The other values that have a text.
	type both struct {
		Goal   bayesopt.Goal
		Status bayesopt.TrialStatus
	}
	var read both
	if err := json.Unmarshal([]byte(`{"Goal": "maximize", "Status": "failed"}`), &read); err != nil || read != (both{bayesopt.Maximize, bayesopt.Failed}) {
		t.Errorf("%v, error %v", read, err)
	}
	for _, bad := range []any{bayesopt.Goal(2), bayesopt.TrialStatus(-1), bayesopt.Trial{X: []float64{math.NaN()}}} {
		if text, err := json.Marshal(bad); err == nil {
			t.Errorf("%v is written as %s", bad, text)
		}
	}
}

func TestStateRefuses(t *testing.T) {
	key, err := rng.New(7).MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	good := `{"space": [{"name": "x", "lower": 0, "upper": 1}], "key": "` + string(key) + `", "trials": [{"id": 0, "x": [0.5], "status": "told", "value": 2}]}`
	var s bayesopt.State
	if err := json.Unmarshal([]byte(good), &s); err != nil {
		t.Fatal(err)
	}
	before := s
	for _, c := range []struct{ old, new, want string }{
		{`"space"`, `"Space"`, `"Space" is unknown`},
		{`"key"`, `"other"`, `"other" is unknown`},
		{`"trials"`, `"key"`, `"key" twice`},
		{`"trials": [`, `"trials": [], "trials": [`, `"trials" twice`},
		{`, "trials": [{"id": 0, "x": [0.5], "status": "told", "value": 2}]`, ``, `"trials" is missing`},
		{`[{"name": "x", "lower": 0, "upper": 1}]`, `{}`, "space"},
		{`[{"name": "x", "lower": 0, "upper": 1}]`, `null`, "space is null"},
		{`{"name": "x", "lower": 0, "upper": 1}`, `null`, "input: not an object"},
		{`"name": "x", `, ``, `"name" is missing`},
		{`"name": "x"`, `"name": ""`, "no name"},
		{`"lower": 0`, `"Lower": 0`, `"Lower" is unknown`},
		{`"lower": 0`, `"lower": null`, "lower is null"},
		{`"lower": 0`, `"lower": 2`, "not an interval"},
		{`"lower": 0`, `"lower": -1e999`, "lower"},
		{`"upper": 1`, `"upper": 1, "step": 1`, `"step" is unknown`},
		{string(key), `{}`, "key"},
		{`"` + string(key) + `"`, `{}`, "key"},
		{string(key), string(key[1:]), "64 hexadecimal digits"},
		{`[{"id": 0, "x": [0.5], "status": "told", "value": 2}]`, `null`, "trials is null"},
		{`{"id": 0, "x": [0.5], "status": "told", "value": 2}`, `null`, "trial 0: not an object"},
		{`"id": 0`, `"id": 1`, "the id 1"},
		{`"id": 0, `, ``, `"id" is missing`},
		{`[0.5]`, `[0.5, 1]`, "2 numbers for 1 inputs"},
		{`[0.5]`, `[null]`, "input 1 is null"},
		{`[0.5]`, `["0.5"]`, "x"},
		{`"told"`, `"Told"`, `"Told" is not`},
		{`"told"`, `1`, "status"},
		{`"told"`, `"pending"`, `"value" is unknown`},
		{`, "value": 2`, ``, `"value" is missing`},
		{`"value": 2`, `"value": null`, "value is null"},
		{`"value": 2`, `"value": 2, "value": 3`, `"value" twice`},
		{good, `null`, "not an object"},
		{good, `[]`, "not an object"},
	} {
		if strings.Count(good, c.old) != 1 {
			t.Fatalf("%q is not once in the text", c.old)
		}
		text := strings.Replace(good, c.old, c.new, 1)
		err := json.Unmarshal([]byte(text), &s)
		var format *bayesopt.FormatError
		var input *bayesopt.InputError
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &format) && !errors.As(err, &input) {
			t.Errorf("%q in place of %q: error %v", c.new, c.old, err)
		}
		if !reflect.DeepEqual(s, before) {
			t.Fatalf("%q in place of %q changed the state", c.new, c.old)
		}
	}
}
