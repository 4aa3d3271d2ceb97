package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat"
)

// madeMethods are the columns of the made sets.
var madeMethods = []string{methodMAP, methodNUTS, robustSklearn.program, robustBoTorch.program}

// worse is by how many nats a row MAP may be behind the best of the others before
// its set is listed.
const worse = 0.1

// behind is by how much MAP's NLPD is above the best of the others, in nats a row;
// not ok where there are no others, or no fit by MAP.
func (r robustResult) behind() (nats float64, ok bool) {
	best := math.Inf(1)
	for method, s := range r.Scores {
		if method != methodMAP && s.tested() {
			best = math.Min(best, s.NLPD)
		}
	}
	own := r.Scores[methodMAP]
	return own.NLPD - best, own.tested() && !math.IsInf(best, 1)
}

// floor is the mean NLPD of the true distribution: the entropy of the noise, by the target's
// standard deviation.
func (r robustResult) floor() float64 {
	return 0.5 * math.Log(2*math.Pi*math.E*(1-r.R2))
}

// madeMarkdown returns a line a set, a summary and the sets where MAP is behind.
func madeMarkdown(results []robustResult) string {
	methods := slices.DeleteFunc(slices.Clone(madeMethods), func(m string) bool {
		return !slices.ContainsFunc(results, func(r robustResult) bool { _, ok := r.Scores[m]; return ok })
	})
	var b strings.Builder
	b.WriteString("NLPD of an observation on the test rows, by the target's standard deviation.\n\n")
	b.WriteString("| set | rows | inputs | R2 | floor |")
	for _, m := range methods {
		fmt.Fprintf(&b, " %s |", m)
	}
	b.WriteString(" MAP 95% coverage | MAP noise / true | MAP - best |\n| --- |" + strings.Repeat(" ---: |", 7+len(methods)) + "\n")
	for _, r := range results {
		fmt.Fprintf(&b, "| %s | %d | %s | %v | %.3f |", r.Name, r.Rows, r.showInputs(), r.R2, r.floor())
		for _, m := range methods {
			fmt.Fprintf(&b, " %s |", r.cell(m, func(s robustScore) string { return fixed(s.NLPD, 3) }))
		}
		difference := ""
		if v, ok := r.behind(); ok {
			difference = fmt.Sprintf("%+.3f", v)
		}
		fmt.Fprintf(&b, " %s | %s | %s |\n",
			r.cell(methodMAP, func(s robustScore) string { return fixed(s.Coverage, 3) }),
			r.cell(methodMAP, func(s robustScore) string { return number(s.NoiseRatio) }), difference)
	}
	return b.String() + "\n" + summaryMarkdown(methods, results) + "\n" + behindMarkdown(results)
}

// showInputs is the number of inputs, and of those that matter where it is another.
func (r robustResult) showInputs() string {
	if r.Relevant < r.Inputs {
		return fmt.Sprintf("%d (%d)", r.Inputs, r.Relevant)
	}
	return strconv.Itoa(r.Inputs)
}

// cell shows something of a method's score, if there is one.
func (r robustResult) cell(method string, show func(robustScore) string) string {
	switch s, ok := r.Scores[method]; {
	case !ok:
		return ""
	case !s.ok():
		return "failed"
	default:
		return show(s)
	}
}

// fixed prints digits after the point.
func fixed(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }

// summaryMarkdown compares the methods over the sets that each fitted.
func summaryMarkdown(methods []string, results []robustResult) string {
	var b strings.Builder
	b.WriteString("| method | sets | failed | mean NLPD - floor | worst | mean RMSE | mean coverage | least | noise / true, quartiles | seconds, all sets |\n")
	b.WriteString("| --- |" + strings.Repeat(" ---: |", 9) + "\n")
	for _, m := range methods {
		var above, rmse, coverage, noise []float64
		failures, seconds := 0, 0.0
		for _, r := range results {
			s, ok := r.Scores[m]
			if !ok {
				continue
			}
			if !s.ok() {
				failures++
				continue
			}
			above, rmse, coverage = append(above, s.NLPD-r.floor()), append(rmse, s.RMSE), append(coverage, s.Coverage)
			noise = append(noise, s.NoiseRatio)
			seconds += s.Seconds
		}
		if len(above) == 0 {
			fmt.Fprintf(&b, "| %s | 0 | %d |%s\n", m, failures, strings.Repeat(" |", 7))
			continue
		}
		slices.Sort(noise)
		quartile := func(p float64) string { return number(stat.Quantile(p, stat.Empirical, noise, nil)) }
		fmt.Fprintf(&b, "| %s | %d | %d | %.3f | %.3f | %.3f | %.3f | %.3f | %s, %s, %s | %s |\n", m, len(above), failures,
			stat.Mean(above, nil), slices.Max(above), stat.Mean(rmse, nil), stat.Mean(coverage, nil), slices.Min(coverage),
			quartile(0.25), quartile(0.5), quartile(0.75), number(seconds))
	}
	return b.String()
}

// behindMarkdown lists the sets where MAP is behind the best of the others, and those
// where there is no comparison because a fit failed.
func behindMarkdown(results []robustResult) string {
	var b strings.Builder
	var listed []string
	compared := 0
	for _, r := range results {
		v, ok := r.behind()
		if ok {
			compared++
		}
		if ok && v > worse {
			listed = append(listed, fmt.Sprintf("- %s: by %.3f\n", r.Name, v))
		}
	}
	fmt.Fprintf(&b, "MAP is behind the best of the others by more than %v nats a row on %d of %d sets.\n", worse, len(listed), compared)
	b.WriteString(strings.Join(listed, ""))
	for _, r := range results {
		for _, m := range madeMethods {
			if s := r.Scores[m]; !s.ok() {
				fmt.Fprintf(&b, "- %s, %s failed: %s\n", r.Name, m, s.Failed)
			}
		}
	}
	return b.String()
}
