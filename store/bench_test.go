package store

import (
	"io"
	"path/filepath"
	"testing"

	"matheron/gp"
	"matheron/kernel"
	"matheron/pathwise"
	"matheron/rng"
)

// large is 256 paths of 1,024 features over 500 rows: 3 MB.
func large(b *testing.B) (*Model, *PathSet) {
	b.Helper()
	const n = 500
	m := &Model{
		Prior: gp.Prior{Kernel: kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.5)}}, Noise: gp.Noise(0.1),
		Inputs: threeInputs, Target: "y", Kind: &Exact{grid(n, 3, 0), make([]float64, n)},
	}
	p, err := pathwise.Sampler{Posterior: exactOf(b, m)}.Draw(rng.New(1), 256)
	if err != nil {
		b.Fatal(err)
	}
	return m, &PathSet{InputNames: m.Inputs, Target: m.Target, InModelUnits: p}
}

// counter counts what is written.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func BenchmarkWritePaths(b *testing.B) {
	_, p := large(b)
	states := p.InModelUnits.States()
	for b.Loop() {
		f, err := layoutPaths(p, states)
		if err != nil {
			b.Fatal(err)
		}
		var c counter
		if err := f.writeTo(&hashWriter{w: io.MultiWriter(&c), hash: newHash()}); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(c))
	}
}

func BenchmarkLoadPaths(b *testing.B) {
	_, p := large(b)
	file := filepath.Join(b.TempDir(), "a.paths")
	if err := SavePaths(file, p); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(readFile(b, file))))
	for b.Loop() {
		if _, err := LoadPaths(file); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWriteModel(b *testing.B) {
	m, _ := large(b)
	for b.Loop() {
		var c counter
		if err := WriteModel(&c, m); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(c))
	}
}

func BenchmarkLoadModel(b *testing.B) {
	m, _ := large(b)
	file := filepath.Join(b.TempDir(), "model.json")
	if err := SaveModel(file, m); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(readFile(b, file))))
	for b.Loop() {
		if _, err := LoadModel(file); err != nil {
			b.Fatal(err)
		}
	}
}
