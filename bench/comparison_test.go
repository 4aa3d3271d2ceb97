package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMarkdown(t *testing.T) {
	ours := write(t, "ours.json", `{"draw_2000x8_256_s": 0.5, "dgemm_512_gflops": 50, "start_ms": 5, "fit_2000x8_evidence_per_row": 0.25,
		"nuts_28x1": {"seconds": 0.5, "min_ess": 600, "leapfrogs": 5000}}`)
	peers := write(t, "peers.json", `{"NumPy": {"draw_2000x8_256_s": 2}, "OpenBLAS": {"dgemm_512_gflops": 100, "dgemm_2048_gflops": 90},
		"JAX": {"fit_2000x8_evidence_per_row": 0.125}, "BoTorch": {"draw_2000x8_256_s": 6},
		"NumPyro": {"nuts_28x1": {"seconds": 8, "min_ess": 480, "leapfrogs": 4000}}}`)
	code, out, log := call(t, "--markdown", ours, peers)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, log)
	}
	for _, line := range []string{
		// 2000^3/3 + 2 2000 1024 256 + 2 2000^2 256 flop at the fastest product, 100 GFlop/s.
		"| `draw_2000x8_256_s` | s | 0.5 | 0.0576 | BoTorch | 6 | 12.00 |\n| `draw_2000x8_256_s` | s | 0.5 | 0.0576 | NumPy | 2 | 4.00 |",
		"| `fit_2000x8_evidence_per_row` | nat | 0.25000 |  | JAX | 0.12500 | (+1.2e-01) |",
		"| `dgemm_512_gflops` | GFlop/s | 50 | 100 | OpenBLAS | 100 | 0.50 |",
		"| `dgemm_2048_gflops` | GFlop/s | - | 100 | OpenBLAS | 90 | - |", // not measured by us
		"| `nuts_28x1` | ESS/s | 1200 (600 in 0.5 s, 5000 leapfrogs) |  | NumPyro | 60 (480 in 8 s, 4000 leapfrogs) | 20.00 |",
		"| `start_ms` | ms | 5 |  | | | |", // has no peer
	} {
		if !strings.Contains(out, line+"\n") {
			t.Errorf("no line %q in\n%s", line, out)
		}
	}
	if strings.Contains(out, "eval_") {
		t.Errorf("a figure that nobody measured:\n%s", out)
	}

	// A comparison reads back, and a later file overrides an earlier one.
	c, err := readComparisons([]string{ours, peers, write(t, "new.json", `{"start_ms": 4}`)})
	if err != nil || c[matheron]["start_ms"] != plain(4) || c[matheron]["dgemm_512_gflops"] != plain(50) {
		t.Errorf("%v, %v", c, err)
	}
	var b strings.Builder
	if err := c.writeJSON(&b); err != nil {
		t.Fatal(err)
	}
	again, err := readComparisons([]string{write(t, "all.json", b.String())})
	if err != nil || again.markdown(figures()) != c.markdown(figures()) {
		t.Errorf("does not read back: %v, %v", again, err)
	}
}

func TestMarkdownErrors(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{filepath.Join(t.TempDir(), "none.json"), "none.json"},
		{write(t, "list.json", `[1]`), "list.json: not the output of --json"},
	} {
		if code, out, log := call(t, "--markdown", c.file); code != exitFailure || out != "" || !strings.Contains(log, c.want) {
			t.Errorf("%s: exit %d, %q, %q", c.file, code, out, log)
		}
	}
}

func TestUpdate(t *testing.T) {
	ours := write(t, "ours.json", `{"start_ms": 5}`)
	readme := write(t, "README.md", "before\n<!-- figures: begin -->\nold\n<!-- figures: end -->\nafter\n")
	code, out, log := call(t, "--update", readme, "--markdown", ours)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, log)
	}
	got, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	if want := "before\n<!-- figures: begin -->\n" + out + "<!-- figures: end -->\nafter\n"; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}

	bare := write(t, "bare.md", "no marks\n")
	if code, _, log := call(t, "--update", bare, "--markdown", ours); code != exitFailure || !strings.Contains(log, "bare.md") {
		t.Errorf("without marks: exit %d, %s", code, log)
	}
	if got, _ := os.ReadFile(bare); string(got) != "no marks\n" {
		t.Errorf("a file without marks was changed: %s", got)
	}
}

// The README has the places that --update fills.
func TestREADMEMarks(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	copied := write(t, "README.md", string(text))
	for _, mark := range []string{"figures", "joint", "cost", "uci"} {
		if err := updateMarked(copied, mark, "| |\n"); err != nil {
			t.Error(err)
		}
	}
	for _, f := range figures() {
		if !strings.Contains(string(text), "`"+f.name+"`") {
			t.Errorf("the README does not say what %s is", f.name)
		}
	}
}
