package store

import (
	"fmt"

	"matheron/gp"
)

// solverName returns the name of a kind of solver in a file: none for the usual one,
// so that a file that says nothing is one of a Cholesky factor.
func solverName(k gp.SolverKind) (string, error) {
	if k == nil || k == (gp.Cholesky{}) {
		return "", nil
	}
	if _, err := gp.SolverNamed(k.Name()); err != nil {
		return "", fmt.Errorf("a solver of type %T: %w", k, err)
	}
	return k.Name(), nil
}

// solverOf returns the kind of solver with a name in a file, nil for the usual one.
func solverOf(name string) (gp.SolverKind, error) {
	if name == "" {
		return nil, nil
	}
	k, err := gp.SolverNamed(name)
	if err != nil {
		return nil, fmt.Errorf("solver: %w", err)
	}
	return k, nil
}
