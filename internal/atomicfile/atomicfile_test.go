//go:build unix

package atomicfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// content fails unless dir holds exactly the named files, hidden ones included.
func content(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if _, ok := want[e.Name()]; !ok {
			t.Errorf("%s was left behind", e.Name())
		}
	}
	for name, text := range want {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != text {
			t.Errorf("%s holds %q (%v), want %q", name, got, err, text)
		}
	}
}

func write(t *testing.T, path, text string) *File {
	t.Helper()
	f, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Abort)
	if _, err := io.WriteString(f, text); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestCommit(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	for _, text := range []string{"new", "replaced", "", strings.Repeat("0123456789", bufferSize/4)} {
		f := write(t, path, text)
		if err := f.Commit(); err != nil {
			t.Fatal(err)
		}
		content(t, dir, map[string]string{"out.csv": text})
		f.Abort() // does nothing now
		if err := f.Commit(); err != nil {
			t.Errorf("second Commit: %v", err)
		}
		if _, err := f.Write([]byte("x")); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("Write after Commit: %v", err)
		}
		content(t, dir, map[string]string{"out.csv": text})
	}
}

func TestAbort(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	big := strings.Repeat("x", 3*bufferSize) // some of it has reached the temporary file
	write(t, path, big).Abort()
	content(t, dir, nil)

	os.WriteFile(path, []byte("old"), 0o644)
	f := write(t, path, big)
	f.Abort()
	f.Abort()
	if err := f.Commit(); err == nil {
		t.Error("Commit after Abort succeeded")
	}
	content(t, dir, map[string]string{"out.csv": "old"})
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	put := func(text string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			io.WriteString(w, text)
			return err
		}
	}
	if err := WriteFile(path, put("good", nil)); err != nil {
		t.Fatal(err)
	}
	bad := errors.New("bad")
	if err := WriteFile(path, put("partial", bad)); err != bad {
		t.Errorf("error %v, want %v", err, bad)
	}
	func() {
		defer func() { recover() }()
		WriteFile(path, func(io.Writer) error { panic("writer") })
	}()
	content(t, dir, map[string]string{"out.csv": "good"})
}

// A reader that opens the path at any time sees one whole version.
func TestReaderSeesWholeVersions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.csv")
	version := func(i int) []byte { return bytes.Repeat([]byte{byte('a' + i)}, 2*bufferSize+i) }
	save := func(i int) {
		err := WriteFile(path, func(w io.Writer) error { _, err := w.Write(version(i)); return err })
		if err != nil {
			t.Error(err)
		}
	}
	save(0)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			got, err := os.ReadFile(path)
			if err != nil || len(got) == 0 || !bytes.Equal(got, version(int(got[0]-'a'))) {
				t.Errorf("read %d bytes that are no version (%v)", len(got), err)
				return
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	for i := range 20 {
		save(i)
	}
	close(stop)
	wg.Wait()
}

func TestPermissions(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	perm := func() fs.FileMode {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	if err := write(t, path, "x").Commit(); err != nil || perm() != 0o640 {
		t.Errorf("a new file under umask 027 has %v (%v), want 0640", perm(), err)
	}
	for _, want := range []fs.FileMode{0o600, 0o644, 0o777} { // more and less than the umask leaves
		os.Chmod(path, want)
		f := write(t, path, "y")
		if info, err := f.file.Stat(); err != nil || info.Mode().Perm()&^want != 0 {
			t.Errorf("the temporary file is open to more than %v", want)
		}
		if err := f.Commit(); err != nil || perm() != want {
			t.Errorf("a replaced file has %v (%v), want %v", perm(), err, want)
		}
	}
}

func TestSymlinks(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	real := filepath.Join(other, "real.csv")
	os.WriteFile(real, []byte("old"), 0o644)
	links := map[string]string{
		"absolute": real,
		"chain":    "absolute",
		"dangling": filepath.Join(other, "new.csv"),
	}
	for name, to := range links {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	for _, name := range []string{"absolute", "chain", "dangling"} {
		if err := write(t, filepath.Join(dir, name), name).Commit(); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Lstat(filepath.Join(dir, name)); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("%s is no link any more", name)
		}
	}
	content(t, other, map[string]string{"real.csv": "chain", "new.csv": "dangling"})

	loop := filepath.Join(dir, "loop")
	os.Symlink("loop", loop)
	if _, err := Create(loop); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("a loop of links: %v", err)
	}
}

// The temporary file is in the directory that "link/.." leads to, which may be on
// another disk than the one that its letters say.
func TestDirectoryBehindLink(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	os.Mkdir(filepath.Join(other, "sub"), 0o755)
	if err := os.Symlink(filepath.Join(other, "sub"), filepath.Join(dir, "link")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	f, err := create(dir+"/link/../out.csv", true)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(other, filepath.Base(f.temp))); err != nil || !info.Mode().IsRegular() {
		t.Errorf("the temporary file is %s", f.temp)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	os.Remove(filepath.Join(other, "sub"))
	content(t, other, map[string]string{"out.csv": ""})
}

func TestErrors(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	os.WriteFile(file, []byte("x"), 0o644)
	for _, c := range []struct {
		path string
		is   error
		text string
	}{
		{dir, syscall.EISDIR, "is a directory"},
		{dir + "/new/", syscall.EISDIR, "is a directory"},
		{dir + "/none/out.csv", fs.ErrNotExist, "no such file or directory"},
		{file + "/out.csv", syscall.ENOTDIR, "not a directory"},
		{"", nil, "the path is empty"},
		{dir + "/" + strings.Repeat("n", 300), syscall.ENAMETOOLONG, "file name too long"},
	} {
		_, err := Create(c.path)
		var path *fs.PathError
		if !errors.As(err, &path) || path.Path != c.path || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("Create(%q): %v, want %v", c.path, err, c.is)
			continue
		}
		if want := fmt.Sprintf("write %s: %s", c.path, c.text); err.Error() != want {
			t.Errorf("message %q, want %q", err, want)
		}
	}
	content(t, dir, map[string]string{"file": "x"})

	long := strings.Repeat("é", 127) // 254 bytes: a legal name that leaves no room for a suffix
	if err := write(t, filepath.Join(dir, long), "y").Commit(); err != nil {
		t.Error(err)
	}
	content(t, dir, map[string]string{"file": "x", long: "y"})
}

func TestProtected(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write anywhere")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	os.WriteFile(file, []byte("x"), 0o444)
	if _, err := Create(file); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a file without write permission: %v", err)
	}
	os.Chmod(dir, 0o555)
	defer os.Chmod(dir, 0o755)
	if _, err := Create(filepath.Join(dir, "new")); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a directory without write permission: %v", err)
	}
	content(t, dir, map[string]string{"file": "x"})
}

func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	const want = "write /dev/full: no space left on device"
	f, err := Create("/dev/full")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(make([]byte, 2*bufferSize)); err == nil || err.Error() != want {
		t.Errorf("Write: %v, want %s", err, want)
	}
	if err := f.Commit(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Commit after a failed Write: %v", err)
	}
	// A short text fails only when Commit flushes it.
	err = WriteFile("/dev/full", func(w io.Writer) error { _, err := io.WriteString(w, "x"); return err })
	if err == nil || err.Error() != want {
		t.Errorf("WriteFile: %v, want %s", err, want)
	}
}

func TestFifo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("no fifo here:", err)
	}
	got := make(chan string, 1)
	go func() {
		b, _ := os.ReadFile(path)
		got <- string(b)
	}()
	if err := write(t, path, "through").Commit(); err != nil {
		t.Fatal(err)
	}
	if s := <-got; s != "through" {
		t.Errorf("read %q", s)
	}
	if info, err := os.Stat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Error("the fifo was replaced")
	}
}

// "-" and /dev/stdout append to whatever the standard output is, also when the
// shell has redirected it to a regular file that already holds something.
func TestStandardOutput(t *testing.T) {
	dir := t.TempDir()
	out, err := os.Create(filepath.Join(dir, "redirected"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	saved := os.Stdout
	os.Stdout = out
	defer func() { os.Stdout = saved }()
	out.WriteString("before,")
	paths := []string{"-", "/proc/self/fd/" + fmt.Sprint(out.Fd())}
	want := "before,"
	for _, path := range paths {
		if _, err := os.Stat(path); path != "-" && err != nil {
			continue
		}
		if err := write(t, path, path+",").Commit(); err != nil {
			t.Fatal(err)
		}
		want += path + ","
	}
	if _, err := out.WriteString("after"); err != nil {
		t.Errorf("the standard output was closed: %v", err)
	}
	content(t, dir, map[string]string{"redirected": want + "after"})
}

func BenchmarkWriteFile(b *testing.B) {
	path := filepath.Join(b.TempDir(), "out")
	block := make([]byte, 1<<20)
	b.SetBytes(int64(len(block)))
	for b.Loop() {
		WriteFile(path, func(w io.Writer) error { _, err := w.Write(block); return err })
	}
}
