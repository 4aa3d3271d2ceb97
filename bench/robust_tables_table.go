package main

import (
	"fmt"
	"math"
	"strings"
)

// tablesMarkdown returns a line a table and method, and the tables that were skipped.
func tablesMarkdown(results []tableResult) string {
	var b, skipped strings.Builder
	b.WriteString("Log evidence of the standardised training targets, the least over the seeds; RMSE and NLPD of an observation in the units of the\ntarget, the means over the seeds.\n\n")
	b.WriteString("| table | rows | inputs | kernel | method | log evidence | spread | test RMSE | test NLPD | seconds |\n| --- | ---: | ---: | --- | --- |" + strings.Repeat(" ---: |", 5) + "\n")
	methods := []string{}
	for _, m := range uciMethods {
		methods = append(methods, m.name)
	}
	behind, compared := 0, 0
	for _, r := range results {
		if r.Skipped != "" {
			fmt.Fprintf(&skipped, "- %s: %s\n", r.Name, r.Skipped)
			continue
		}
		for _, m := range append(methods, robustSklearn.program) {
			if list := r.Scores[m]; len(list) > 0 {
				fmt.Fprintf(&b, "| %s | %d | %d | %s | %s |%s\n", r.Name, r.Rows, r.Inputs, r.Kernel, m, seedsMarkdown(list))
			}
		}
		if len(r.Scores[robustSklearn.program]) > 0 {
			compared++
		}
		if r.evidenceBehind() {
			behind++
		}
	}
	if compared > 0 {
		fmt.Fprintf(&b, "\nMaximum evidence is below scikit-learn's by more than %v nats, from some seed, on %d of %d tables.\n", evidenceTolerance, behind, compared)
	}
	if skipped.Len() > 0 {
		fmt.Fprintf(&b, "\nSkipped:\n\n%s", skipped.String())
	}
	return b.String()
}

// evidenceTolerance is by how many nats two maxima of the log evidence may differ and
// count as one.
const evidenceTolerance = 0.1

// evidenceBehind reports whether scikit-learn found a higher maximum than some seed of
// ours.
func (r tableResult) evidenceBehind() bool {
	peer := r.Scores[robustSklearn.program]
	if len(peer) == 0 || !peer[0].ok() {
		return false
	}
	for _, s := range r.Scores[uciMethods[0].name] {
		if !s.ok() || s.Evidence < peer[0].Evidence-evidenceTolerance {
			return true
		}
	}
	return false
}

// seedsMarkdown returns the cells of a method's scores, one a seed.
func seedsMarkdown(list []robustScore) string {
	least, most := math.Inf(1), math.Inf(-1)
	var rmse, nlpd, seconds float64
	for _, s := range list {
		if !s.ok() {
			return fmt.Sprintf(" failed: %s | | | | |", strings.ReplaceAll(s.Failed, "|", "/"))
		}
		n := float64(len(list))
		least, most = math.Min(least, s.Evidence), math.Max(most, s.Evidence)
		rmse, nlpd, seconds = rmse+s.RMSE/n, nlpd+s.NLPD/n, seconds+s.Seconds/n
	}
	test := " | |"
	if list[0].tested() {
		test = fmt.Sprintf(" %s | %.4f |", number(rmse), nlpd)
	}
	spread := ""
	if len(list) > 1 {
		spread = fixed(most-least, 2)
	}
	return fmt.Sprintf(" %.2f | %s |%s %s |", least, spread, test, number(seconds))
}
