package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"matheron/store"
)

// Every method of the table is in the help with its flags, makes a model of its kind,
// and has a quick form for the tests of all methods.
func TestMethods(t *testing.T) {
	help := succeed(t, "", "fit", "--help")
	kinds := map[string]string{"map": "*store.Exact", "ml": "*store.Exact", "nuts": "*store.Mixture", "sparse": "*store.Sparse"}
	if len(methods()) != len(kinds) || len(methods()) != len(methodFlags) {
		t.Errorf("methods %q", methodNames())
	}
	for _, m := range methods() {
		for _, line := range append(slices.Clone(m.about), m.model) {
			if !strings.Contains(help, line) {
				t.Errorf("help has no %q", line)
			}
		}
		model := filepath.Join(t.TempDir(), "m.json")
		succeed(t, "", append([]string{"fit", "--data", mcycle, "--target", "acceleration_g", "--out", model}, methodFlags[m.name]...)...)
		got, err := store.LoadModel(model)
		if err != nil {
			t.Fatal(err)
		}
		if kind := fmt.Sprintf("%T", got.Kind); kind != kinds[m.name] || got.Fit.Method != m.name {
			t.Errorf("%s makes a %s of method %q", m.name, kind, got.Fit.Method)
		}
	}
}
