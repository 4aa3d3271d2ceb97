package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
)

// small is a case whose files are short.
func small() storedCase {
	return storedCase{
		name: "small", inputs: oneInput,
		kernel:  kernel.Add(kernel.RBF{Variance: 1, Lengthscale: kernel.Shared(0.5)}, kernel.Constant{Variance: 2}),
		sampler: pathwise.Sampler{Features: 4, Form: basis.CosPhase}, scaled: true,
	}
}

func modelBytes(t testing.TB) []byte { return small().modelBytes(t) }

func pathsBytes(t testing.TB) []byte { return small().pathsBytes(t) }

func (c storedCase) modelBytes(t testing.TB) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "model.json")
	if err := SaveModel(file, c.model(t)); err != nil {
		t.Fatal(err)
	}
	return readFile(t, file)
}

func (c storedCase) pathsBytes(t testing.TB) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.paths")
	if err := SavePaths(file, c.paths(t, 2)); err != nil {
		t.Fatal(err)
	}
	return readFile(t, file)
}

func readFile(t testing.TB, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// format is one of the two formats, with something of a kind.
type format struct {
	name  string
	bytes func(testing.TB) []byte
	read  func([]byte) error
}

func formats() []format {
	out := []format{{"draws", drawsBytes, func(b []byte) error { _, err := readDraws(bytesSource(b)); return err }}}
	for name, k := range map[string]kind{"": exact, " of a guide": ofGuide, " of a mixture": mixed} {
		c := small()
		c.kind, c.jitter = k, 1e-3
		out = append(out,
			format{"model" + name, c.modelBytes, func(b []byte) error { _, err := readModel(bytesSource(b)); return err }},
			format{"paths" + name, c.pathsBytes, func(b []byte) error { _, err := readPaths(bytesSource(b)); return err }},
		)
	}
	return out
}

// TestEveryAlteredBitIsRefused flips each bit of a file.
func TestEveryAlteredBitIsRefused(t *testing.T) {
	for _, f := range formats() {
		t.Run(f.name, func(t *testing.T) {
			raw := f.bytes(t)
			if err := f.read(raw); err != nil {
				t.Fatal(err)
			}
			for i := range 8 * len(raw) {
				raw[i/8] ^= 1 << (i % 8)
				checkRefused(t, f.read(raw), "bit %d of byte %d", i%8, i/8)
				raw[i/8] ^= 1 << (i % 8)
			}
		})
	}
}

// TestEveryCutIsRefused cuts a file at each length, and appends to it.
func TestEveryCutIsRefused(t *testing.T) {
	for _, f := range formats() {
		t.Run(f.name, func(t *testing.T) {
			raw := f.bytes(t)
			for n := range raw {
				err := f.read(raw[:n])
				checkRefused(t, err, "cut to %d of %d bytes", n, len(raw))
				if n > 0 && !errors.Is(err, ErrCutShort) {
					t.Errorf("cut to %d of %d bytes: %v does not say so", n, len(raw), err)
				}
			}
			for _, more := range []string{"\n", "}", "\x00", "}\n", string(raw)} {
				checkRefused(t, f.read(append(bytes.Clone(raw), more...)), "%q appended", more)
			}
		})
	}
}

func checkRefused(t *testing.T, err error, how string, args ...any) {
	t.Helper()
	var e *FormatError
	switch {
	case err == nil:
		t.Errorf(how+" was not seen", args...)
	case !errors.As(err, &e):
		t.Errorf(how+": the error is a %T", append(args, err)...)
	case e.Err == nil || strings.Contains(err.Error(), "\n"):
		t.Errorf(how+": %q of kind %v", append(args, err.Error(), e.Err)...)
	}
}

// TestRandomDamage replaces, removes and repeats parts of files.
func TestRandomDamage(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, f := range formats() {
		raw := f.bytes(t)
		for range 2000 {
			i, j := r.IntN(len(raw)), r.IntN(len(raw))
			n := 1 + r.IntN(len(raw)-max(i, j))
			b := bytes.Clone(raw)
			switch r.IntN(3) {
			case 0:
				copy(b[i:i+n], raw[j:j+n])
			case 1:
				b = append(b[:i], b[i+n:]...)
			case 2:
				b = append(b[:i], append(bytes.Clone(raw[j:j+n]), b[i:]...)...)
			}
			if bytes.Equal(b, raw) {
				continue
			}
			checkRefused(t, f.read(b), "%s: %d bytes at %d and %d", f.name, n, i, j)
		}
	}
}

func TestMessages(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		return file
	}
	model, paths := string(modelBytes(t)), string(pathsBytes(t))
	newerPaths := []byte(paths)
	newerPaths[len(pathsMagic)] = 3
	loadModel := func(file string) error { _, err := LoadModel(file); return err }
	draws := string(drawsBytes(t))
	loadDraws := func(file string) error { _, err := LoadDraws(file); return err }
	loadPaths := func(file string) error { _, err := LoadPaths(file); return err }
	for _, c := range []struct {
		load func(string) error
		file string
		want string
		is   error
	}{
		{loadModel, write("empty.json", ""), "the file is empty, not a matheron model", ErrForeign},
		{loadPaths, write("empty", ""), "the file is empty, not a matheron file of paths", ErrForeign},
		{loadModel, write("text.json", "x,y\n1,2\n"), "not a matheron model", ErrForeign},
		{loadPaths, write("text", "x,y\n1,2\n"), "not a matheron file of paths", ErrForeign},
		{loadDraws, write("d", model), "not a matheron file of draws: this is a matheron model", ErrForeign},
		{loadModel, write("d2", draws), "not a matheron model: this is a matheron file of draws", ErrForeign},
		{loadDraws, write("d3", strings.Replace(draws, "draws\n\x01", "draws\n\x02", 1)), "written by a newer version of the format (2, this program reads up to 1)", ErrNewer},
		{loadModel, write("p", paths), "not a matheron model: this is a matheron file of paths", ErrForeign},
		{loadPaths, write("m", model), "not a matheron file of paths: this is a matheron model", ErrForeign},
		{loadModel, write("m2", strings.Replace(model, `"version":1`, `"version":3`, 1)), "written by a newer version of the format (3, this program reads up to 2)", ErrNewer},
		{loadPaths, write("p2", string(newerPaths)), "written by a newer version of the format (3, this program reads up to 2)", ErrNewer},
		{loadModel, write("cut.json", model[:300]), "cut short or altered: the end is missing", ErrCutShort},
		{loadPaths, write("cut", paths[:300]), "cut short: 300 of", ErrCutShort},
		{loadModel, write("altered.json", strings.Replace(model, `"RBF"`, `"RBG"`, 1)), "altered or damaged: the checksum does not match", ErrAltered},
		{loadPaths, write("altered", strings.Replace(paths, `"RBF"`, `"RBG"`, 1)), "altered or damaged: the checksum does not match", ErrAltered},
		{loadModel, filepath.Join(dir, "none"), "no such file or directory", fs.ErrNotExist},
		{loadPaths, filepath.Join(dir, "none"), "no such file or directory", fs.ErrNotExist},
		{loadModel, dir, "is a directory", nil},
		{loadPaths, dir, "is a directory", nil},
	} {
		err := c.load(c.file)
		var e *FormatError
		if !errors.As(err, &e) {
			t.Errorf("%s: the error is %v (%T)", c.want, err, err)
			continue
		}
		if !strings.HasPrefix(err.Error(), c.file+": "+c.want) || e.File != c.file || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %q, want %q of %s", err, c.want, c.file)
		}
		if c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%v is not of the kind %v", err, c.is)
		}
	}
}

// TestPipe reads from what has no length.
func TestPipe(t *testing.T) {
	for _, f := range []struct {
		content []byte
		load    func(string) error
	}{
		{modelBytes(t), func(file string) error { _, err := LoadModel(file); return err }},
		{pathsBytes(t), func(file string) error { _, err := LoadPaths(file); return err }},
		{drawsBytes(t), func(file string) error { _, err := LoadDraws(file); return err }},
		{nil, func(file string) error {
			if _, err := LoadPaths(file); !errors.Is(err, ErrForeign) {
				return err
			}
			return nil
		}},
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			w.Write(f.content)
			w.Close()
		}()
		if _, err := os.Stat("/dev/fd"); err != nil {
			t.Skip("no /dev/fd: pipes have no name here")
		}
		if err := f.load(fmt.Sprintf("/dev/fd/%d", r.Fd())); err != nil {
			t.Error(err)
		}
		r.Close()
	}
}

// TestReadErrorIsNamed fails in the middle of reading.
func TestReadErrorIsNamed(t *testing.T) {
	raw := pathsBytes(t)
	src := bytesSource(raw)
	src.ReaderAt = failing{src.ReaderAt, int64(len(raw) / 2)}
	_, err := readPaths(src)
	if err = inFile("a.paths", err); err == nil || err.Error() != "a.paths: input/output error" {
		t.Errorf("got %v", err)
	}
}

type failing struct {
	io.ReaderAt
	from int64
}

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.from && off > 100 {
		return 0, &fs.PathError{Op: "read", Path: "x", Err: errors.New("input/output error")}
	}
	return f.ReaderAt.ReadAt(p, off)
}
