package main

import (
	"context"
	"path/filepath"
	"slices"

	"matheron/internal/demo"
	"matheron/internal/demo/report"
)

// workedFigures are those figures of the worked example that its page shows.
var workedFigures = []string{"bayesian", "inducing", "thompson", "active-learning", "surrogate", "minima", "ensemble"}

// saveWorked writes them as worked-NAME.svg.
func saveWorked(dir string) error {
	r, err := demo.Run(context.Background(), demo.Options{}, nil)
	if err != nil {
		return err
	}
	for _, p := range report.Parts(r) {
		for _, f := range p.Figures {
			if !slices.Contains(workedFigures, f.Name) {
				continue
			}
			if err := f.Sheet.Save(filepath.Join(dir, "worked-"+f.Name+".svg")); err != nil {
				return err
			}
		}
	}
	return nil
}
