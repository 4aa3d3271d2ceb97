// Package report shows the results of the worked example to a person: as text for
// a terminal, as figures in a light and a dark palette, and as one self-contained
// page.
//
// It takes demo.Results, and gives Parts, one a section or use, in order: what it
// is about, its numbers in tables, and its figures. Text writes one as it is
// known, WritePage all of them.
//
//	results, err := demo.Run(ctx, demo.Options{}, nil)
//	parts := report.Parts(results)
//	drawn, err := report.Draw(ctx, parts)
//	err = report.WritePage(w, results, parts, drawn)
//
// Nothing is computed here: a number that is shown is one of Results.
package report
