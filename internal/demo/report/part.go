package report

import (
	"matheron/internal/demo"
	"matheron/plot"
)

// Part is a section or a use as a person reads it.
type Part struct {
	demo.Section
	// Lead says what is asked, and how functions answer it.
	Lead    string
	Tables  []Table
	Figures []Figure
}

// Table is numbers with their names. The first column of each row is a name.
type Table struct {
	Head []string // nil, or one a column
	Rows [][]string
}

// Figure is a picture with what there is to see in it.
type Figure struct {
	Name    string // of its files, without an ending
	Caption string // under it, on the page
	Alt     string // instead of it, for those who cannot see it
	Sheet   *plot.Sheet
}

// book is what parts are written from.
type book struct {
	r *demo.Results
	s *demo.Example
}

// describe returns what is shown of each section, by its key.
func describe() map[string]func(book) Part {
	return map[string]func(book) Part{
		"baseline":        book.baseline,
		"bayesian":        book.bayesian,
		"decoupled":       book.decoupled,
		"thompson":        book.thompson,
		"functionals":     book.functionals,
		"gradient":        book.gradient,
		"level_set":       book.levelSet,
		"active_learning": book.activeLearning,
		"surrogate":       book.surrogate,
		"optimum":         book.optimum,
		"linear":          book.linear,
		"information":     book.information,
		"calibration":     book.calibration,
		"policy":          book.policy,
		"ensemble":        book.ensemble,
	}
}

// Of returns the part of a section whose result is there.
func Of(r *demo.Results, s demo.Section) Part {
	p := describe()[s.Key](book{r, r.Example})
	p.Section = s
	return p
}

// Parts returns all parts, in order. All sections must have run.
func Parts(r *demo.Results) []Part {
	var out []Part
	for _, s := range demo.Sections() {
		out = append(out, Of(r, s))
	}
	return out
}
