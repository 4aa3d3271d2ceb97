//go:build unix

package atomicfile

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// forms are the two kinds of temporary file.
var forms = map[string]bool{"without a name": false, "named": true}

// TestMain is also the program that the tests below kill: it writes to a file and
// then waits for a line on standard input, after which it commits.
func TestMain(m *testing.M) {
	path := os.Getenv("ATOMICFILE_TEST_WRITE")
	if path == "" {
		os.Exit(m.Run())
	}
	f, err := create(path, os.Getenv("ATOMICFILE_TEST_NAMED") != "")
	if err == nil {
		_, err = f.Write([]byte(strings.Repeat("x", 2*bufferSize)))
	}
	if err != nil {
		io.WriteString(os.Stderr, err.Error())
		os.Exit(1)
	}
	io.WriteString(os.Stdout, "writing\n")
	bufio.NewReader(os.Stdin).ReadString('\n')
	if err := f.Commit(); err != nil {
		io.WriteString(os.Stderr, err.Error())
		os.Exit(1)
	}
	os.Exit(0)
}

// process starts another process that writes to path, and returns it once it does.
func process(t *testing.T, path string, named bool) (p *exec.Cmd, stdin io.WriteCloser) {
	t.Helper()
	p = exec.Command(os.Args[0])
	p.Env = append(os.Environ(), "ATOMICFILE_TEST_WRITE="+path)
	if named {
		p.Env = append(p.Env, "ATOMICFILE_TEST_NAMED=1")
	}
	p.Stderr = os.Stderr
	stdin, err := p.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill(); p.Wait() })
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "writing\n" {
		t.Fatalf("the other process said %q (%v)", line, err)
	}
	return p, stdin
}

// A process that is killed leaves nothing that stays: without a name nothing at
// all, with one until the next write of that target.
func TestKilledProcessLeavesNothing(t *testing.T) {
	for form, named := range forms {
		t.Run(form, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "out.csv")
			for range 2 {
				p, _ := process(t, path, named)
				p.Process.Kill()
				p.Wait()
			}
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			if want := map[bool]int{false: 0, true: 1}[named || runtime.GOOS != "linux"]; len(entries) != want {
				t.Errorf("%d files were left, want %d", len(entries), want)
			}
			// Beyond the first name, and after a gap.
			os.WriteFile(tempName(path, 3), []byte("left behind"), 0o600)
			f := write(t, path, "new")
			if err := f.Commit(); err != nil {
				t.Fatal(err)
			}
			content(t, dir, map[string]string{"out.csv": "new"})
		})
	}
}

// Processes that write the same target do not take each other's files for ones
// that were left behind.
func TestLiveProcessKeepsItsFile(t *testing.T) {
	for form, named := range forms {
		t.Run(form, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "out.csv")
			p, stdin := process(t, path, named)
			q, other := process(t, path, named)
			for range 3 {
				if err := write(t, path, "between").Commit(); err != nil {
					t.Fatal(err)
				}
			}
			q.Process.Kill()
			q.Wait()
			other.Close()
			io.WriteString(stdin, "\n")
			if err := p.Wait(); err != nil {
				t.Fatal(err)
			}
			f, err := create(path, named)
			if err != nil {
				t.Fatal(err)
			}
			f.Abort()
			content(t, dir, map[string]string{"out.csv": strings.Repeat("x", 2*bufferSize)})
		})
	}
}

// Many writers of one target at a time all succeed.
func TestConcurrentWriters(t *testing.T) {
	for form, named := range forms {
		t.Run(form, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "out.csv")
			errs := make(chan error)
			const writers = 16
			for range writers {
				go func() {
					var first error
					for range 10 {
						f, err := create(path, named)
						if err == nil {
							_, err = io.WriteString(f, "whole")
							err = errors.Join(err, f.Commit())
						}
						first = errors.Join(first, err)
					}
					errs <- first
				}()
			}
			for range writers {
				if err := <-errs; err != nil {
					t.Error(err)
				}
			}
			content(t, dir, map[string]string{"out.csv": "whole"})
		})
	}
}

// What was written is kept where its place cannot be taken at the end: beside it if
// that is possible.
func TestCommitKeeps(t *testing.T) {
	for form, named := range forms {
		t.Run(form, func(t *testing.T) {
			temp := t.TempDir()
			t.Setenv("TMPDIR", temp)
			dir := t.TempDir()
			path := filepath.Join(dir, "out")
			start := func() *File {
				f, err := create(path, named)
				if err != nil {
					t.Fatal(err)
				}
				io.WriteString(f, "hours of work")
				return f
			}
			commit := func(f *File, reason error, in string) {
				t.Helper()
				err := f.Commit()
				var kept *KeptError
				var at *fs.PathError
				if !errors.As(err, &kept) || !errors.As(err, &at) || at.Path != path || reason != nil && !errors.Is(err, reason) {
					t.Fatalf("Commit: %v, want %v", err, reason)
				}
				if filepath.Dir(kept.Kept) != in || !strings.HasPrefix(err.Error(), "write "+path+": ") || !strings.HasSuffix(err.Error(), "; what was written is in "+kept.Kept) {
					t.Errorf("message %q", err)
				}
				if b, err := os.ReadFile(kept.Kept); string(b) != "hours of work" {
					t.Errorf("%s holds %q (%v)", kept.Kept, b, err)
				}
				if f.Commit() != err {
					t.Error("a second Commit returns something else")
				}
			}
			// A full directory cannot be renamed over.
			f := start()
			g := start()
			os.Mkdir(path, 0o755)
			os.WriteFile(filepath.Join(path, "inside"), nil, 0o644)
			commit(f, nil, dir)
			commit(g, nil, dir)
			os.RemoveAll(path)
			content(t, dir, map[string]string{"out.kept": "hours of work", "out.kept1": "hours of work"})

			f = start()
			os.RemoveAll(dir)
			commit(f, fs.ErrNotExist, temp)
		})
	}
}
