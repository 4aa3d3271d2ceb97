package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
)

// call runs a command line and returns its exit code and what it wrote.
func call(t *testing.T, args ...string) (code int, out, log string) {
	t.Helper()
	var o, l bytes.Buffer
	code = run(t.Context(), args, &o, &l)
	return code, o.String(), l.String()
}

// buildsBinary are the figures that need the go tool and a few seconds.
var buildsBinary = []string{"start_ms", "demo_s"}

func TestEveryFigureInJSON(t *testing.T) {
	args := []string{"--json", "--quick", "--runs", "1"}
	var want []string
	for _, f := range figures() {
		if testing.Short() && slices.Contains(buildsBinary, f.name) {
			continue
		}
		args, want = append(args, "--only", f.name), append(want, f.name)
	}
	code, out, log := call(t, args...)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, log)
	}
	var got values
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if len(got) != len(want) {
		t.Errorf("%d figures, want %d", len(got), len(want))
	}
	for _, name := range want {
		v, ok := got[name]
		if !ok {
			t.Errorf("no %s", name)
		}
		if strings.HasPrefix(name, "nuts_") != (v.chain != nil) {
			t.Errorf("%s = %+v", name, v)
		}
		if c := v.chain; c != nil && !(c.Seconds > 0 && c.MinESS > 0 && c.Leapfrogs > 0) {
			t.Errorf("%s = %+v", name, *c)
		}
		// A log evidence has either sign; times and rates are positive.
		if s := v.speed(); strings.HasSuffix(name, "_per_row") {
			if s == 0 {
				t.Errorf("%s is 0", name)
			}
		} else if !(s > 0) || math.IsInf(s, 0) {
			t.Errorf("%s = %v", name, s)
		}
	}
}

func TestFiguresAreDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range figures() {
		if f.name == "" || f.unit == "" || f.about == "" || f.run == nil {
			t.Errorf("incomplete: %+v", f)
		}
		if seen[f.name] {
			t.Errorf("%s is there twice", f.name)
		}
		seen[f.name] = true
	}
}

func TestOnly(t *testing.T) {
	for _, c := range []struct {
		only []string
		want []string
	}{
		{[]string{"draw_2000x8_256_s"}, []string{"draw_2000x8_256_s"}},
		{[]string{"eval"}, []string{"eval_2000x8_256_ns", "eval_200x2_64_ns"}},
		{[]string{"dpotrf_512", "grad"}, []string{"grad_2000x8_64_ns", "dpotrf_512_gflops"}},
		// A whole name is that figure alone, also where it is the beginning of another.
		{[]string{"fit_2000x8_s"}, []string{"fit_2000x8_s"}},
		{nil, nameList(figures())},
	} {
		got, err := choose(figures(), c.only)
		if err != nil || !slices.Equal(nameList(got), c.want) {
			t.Errorf("%q: %v, %v", c.only, nameList(got), err)
		}
	}
}

func TestOnlyOneFigure(t *testing.T) {
	code, out, log := call(t, "--json", "--quick", "--runs", "1", "--only", "dgemm_512")
	var got map[string]float64
	if err := json.Unmarshal([]byte(out), &got); code != 0 || err != nil {
		t.Fatalf("exit %d, %v: %s", code, err, log)
	}
	if len(got) != 1 || got["dgemm_512_gflops"] <= 0 {
		t.Errorf("got %v", got)
	}
}

func TestTable(t *testing.T) {
	code, out, log := call(t, "--quick", "--runs", "1", "--only", "dpotrf_512,dgemm_512")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, log)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "dgemm_512_gflops") || !strings.Contains(lines[1], "GFlop/s") {
		t.Errorf("got %s", out)
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--only hmc", "eval_200x2_64_ns"}, // lists what there is
		{"--only=", "no such figure"},
		{"--runs 0", "--runs 0"},
		{"--runs x", "invalid value"},
		{"--fast", "-fast"},
		{"file.json", "file.json"},
		{"--markdown", "no file"},
		{"--markdown --json a.json", "--markdown"},
		{"--torch", "--peers"},
		{"--uci x --only fit", "--only"},
		{"--update README.md", "--update"},
		{"--joint --cost", "one at a time"},
		{"--joint --peers", "--peers"},
		{"--cost --only eval", "--only"},
		{"--peers --quick --update README.md", "--quick"},
	} {
		code, out, log := call(t, strings.Fields(c.args)...)
		if code != exitUsage || out != "" || !strings.Contains(log, c.want) || strings.Count(log, "\n") != 1 {
			t.Errorf("%s: exit %d, %q, %q", c.args, code, out, log)
		}
	}
}

func TestHelp(t *testing.T) {
	if code, _, log := call(t, "--help"); code != 0 || !strings.Contains(log, "-only") {
		t.Errorf("exit %d: %s", code, log)
	}
}

func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range [][]string{{"--quick", "--only", "draw"}, {"--quick", "--only", "fit"}} {
		var out, log bytes.Buffer
		if code := run(ctx, args, &out, &log); code != exitInterrupted || out.Len() != 0 {
			t.Errorf("%v: exit %d, %q, %q", args, code, out.String(), log.String())
		}
	}
}
