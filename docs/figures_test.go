package docs_test

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// pixels is how far a coordinate of a figure may be from that of the page's: less
// than shows. Processors differ in the last bits of a sum.
const pixels = 0.5

// shown is a figure that a page shows.
var shown = regexp.MustCompile(`\((?:docs/)?figures/([a-z0-9-]+\.(?:svg|png))\)`)

// checkFigures compares the figures of a folder with those that a page shows, by
// their names, or, with -update, puts them there.
func checkFigures(t *testing.T, page, dir string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range shown.FindAllStringSubmatch(string(text), -1) {
		name := m[1]
		got, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // another page's commands draw it
		}
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("figures", name)
		if *update {
			if err := os.WriteFile(file, got, 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Errorf("%s: %v: run with -update", page, err)
			continue
		}
		compareFigures := svgDifference
		if filepath.Ext(name) == ".png" {
			compareFigures = pngDifference
		}
		if d := compareFigures(want, got); d != "" {
			t.Errorf("%s: %s is not current (%s): run with -update", page, name, d)
		}
	}
}

// svgNumber is a number of a figure; a letter may follow it, as in 12.5L3.
var svgNumber = regexp.MustCompile(`[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?`)

// svgDifference says where two SVG figures differ by more than shows, or
// nothing. Curves are reduced to what can be seen, so that rounding may put a
// point more or less into one: then as many points are compared as agree.
func svgDifference(want, got []byte) string {
	if bytes.Equal(want, got) {
		return ""
	}
	w, g := svgNumber.FindAll(want, -1), svgNumber.FindAll(got, -1)
	if len(w) != len(g) {
		if a, b := len(w), len(g); math.Abs(float64(a-b)) <= 0.01*float64(max(a, b)) {
			return "" // a hundredth of the points
		}
		return strconv.Itoa(len(g)) + " numbers instead of " + strconv.Itoa(len(w))
	}
	if string(svgNumber.ReplaceAll(want, []byte("#"))) != string(svgNumber.ReplaceAll(got, []byte("#"))) {
		return "other shapes or texts"
	}
	for i := range w {
		a, _ := strconv.ParseFloat(string(w[i]), 64)
		b, _ := strconv.ParseFloat(string(g[i]), 64)
		if math.Abs(a-b) > pixels {
			return string(g[i]) + " instead of " + string(w[i])
		}
	}
	return ""
}

// pngDifference says whether two figures differ in more than a fiftieth of their
// pixels by more than antialiasing does, or nothing.
func pngDifference(want, got []byte) string {
	a, errA := png.Decode(bytes.NewReader(want))
	b, errB := png.Decode(bytes.NewReader(got))
	if errA != nil || errB != nil {
		return fmt.Sprint(errA, errB)
	}
	if a.Bounds() != b.Bounds() {
		return fmt.Sprint(b.Bounds(), " instead of ", a.Bounds())
	}
	size, count := a.Bounds().Size(), 0
	for y := range size.Y {
		for x := range size.X {
			p, q := color.GrayModel.Convert(a.At(x, y)).(color.Gray).Y, color.GrayModel.Convert(b.At(x, y)).(color.Gray).Y
			if max(p, q)-min(p, q) > 64 {
				count++
			}
		}
	}
	if count > size.X*size.Y/50 {
		return fmt.Sprintf("%d pixels of %d differ", count, size.X*size.Y)
	}
	return ""
}

// The figures of docs/figures are those that its program draws, the same each time.
func TestFiguresAreCurrent(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	for _, dir := range []string{first, second} {
		cmd := exec.Command("go", "run", "./docs/figures", "-out", dir)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	made, err := filepath.Glob(filepath.Join(first, "*.svg"))
	if err != nil || len(made) == 0 {
		t.Fatal(made, err)
	}
	for _, file := range made {
		a, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(second, filepath.Base(file)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs from run to run", filepath.Base(file))
		}
	}
	checkFigures(t, "matherons-rule.md", first)
	checkFigures(t, "calibration.md", first)
	checkFigures(t, "worked-example.md", first)
}
