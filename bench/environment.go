package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// environment is a Python virtual environment that holds the peers.
type environment struct{ python string }

// Packages of the peers; PyTorch, which is large, is asked for.
var (
	lightPackages = []string{"numpy", "scipy", "scikit-learn", "jax", "numpyro"}
	torchPackages = []string{"torch", "gpytorch", "botorch"}
)

// openEnvironment makes the environment in a folder if it is not there, and
// installs what it lacks of the peers. An environment that has them is used as it
// is.
func openEnvironment(ctx context.Context, folder string, torch bool, log io.Writer) (environment, error) {
	e := environmentIn(folder)
	if _, err := os.Stat(e.python); errors.Is(err, os.ErrNotExist) {
		system, err := findPython()
		if err != nil {
			return e, err
		}
		say(log, "making a Python environment in %s", folder)
		if _, err := output(ctx, system, "-m", "venv", folder); err != nil {
			return e, fmt.Errorf("%s: %w", folder, err)
		}
	} else if err != nil {
		return e, err
	}
	packages := lightPackages
	if torch {
		packages = append(append([]string(nil), lightPackages...), torchPackages...)
	}
	lacking, err := e.lacking(ctx, packages)
	if err != nil || len(lacking) == 0 {
		return e, err
	}
	say(log, "installing %s into %s", strings.Join(lacking, ", "), folder)
	args := append([]string{"-m", "pip", "install", "--quiet", "--disable-pip-version-check"}, lacking...)
	if _, err := output(ctx, e.python, args...); err != nil {
		return e, fmt.Errorf("%s: installing the peers: %w", folder, err)
	}
	return e, nil
}

// environmentIn returns the environment of a folder, which may not be there.
func environmentIn(folder string) environment {
	if runtime.GOOS == "windows" {
		return environment{python: filepath.Join(folder, "Scripts", "python.exe")}
	}
	return environment{python: filepath.Join(folder, "bin", "python")}
}

// findPython returns a Python of the system.
func findPython() (string, error) {
	for _, name := range []string{"python3", "python"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("the peers need Python 3: there is no python3 on the path")
}

// lacking returns those of the packages that cannot be imported.
func (e environment) lacking(ctx context.Context, packages []string) ([]string, error) {
	const program = `import importlib.util, sys
print(*(p for p in sys.argv[1:] if importlib.util.find_spec({"scikit-learn": "sklearn"}.get(p, p)) is None))`
	out, err := output(ctx, e.python, append([]string{"-c", program}, packages...)...)
	return strings.Fields(string(out)), err
}
