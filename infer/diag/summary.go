package diag

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Row is the summary of one quantity. The interval is the narrowest that holds
// 94%, as ArviZ has it by default.
type Row struct {
	Name             string
	Mean, SD         float64
	HDILower         float64
	HDIUpper         float64
	MCSEMean, MCSESD float64
	ESSBulk, ESSTail float64
	RHat             float64
}

// Table is the summary of all quantities.
type Table []Row

// hdiProb is the probability of a summary's interval.
const hdiProb = 0.94

// Summarize returns a row for each quantity, from draws as quantities x chains x draws.
// It panics unless there is a name for each. SD has divisor n - 1.
func Summarize(names []string, params [][][]float64) Table {
	if len(names) != len(params) {
		panic(fmt.Sprintf("diag: %d names for %d quantities", len(names), len(params)))
	}
	t := make(Table, len(names))
	for i, chains := range params {
		check(chains)
		all := pool(chains)
		r := Row{Name: names[i], Mean: mean(all), SD: math.Sqrt(variance(all))}
		r.HDILower, r.HDIUpper = HDI(all, hdiProb)
		r.MCSEMean, r.MCSESD = MCSEMean(chains), MCSESD(chains)
		r.ESSBulk, r.ESSTail, r.RHat = ESSBulk(chains), ESSTail(chains), RHat(chains)
		t[i] = r
	}
	return t
}

// column is one column of the printed table.
type column struct {
	head     string
	decimals int
	value    func(Row) float64
}

func columns() []column {
	return []column{
		{"mean", 3, func(r Row) float64 { return r.Mean }},
		{"sd", 3, func(r Row) float64 { return r.SD }},
		{"hdi_3%", 3, func(r Row) float64 { return r.HDILower }},
		{"hdi_97%", 3, func(r Row) float64 { return r.HDIUpper }},
		{"mcse_mean", 3, func(r Row) float64 { return r.MCSEMean }},
		{"mcse_sd", 3, func(r Row) float64 { return r.MCSESD }},
		{"ess_bulk", 0, func(r Row) float64 { return r.ESSBulk }},
		{"ess_tail", 0, func(r Row) float64 { return r.ESSTail }},
		{"r_hat", 2, func(r Row) float64 { return r.RHat }},
	}
}

// String returns the table as ArviZ prints it: three decimals, two of R-hat, none of
// the sample sizes, without the trailing zeros that all numbers of a column have.
func (t Table) String() string {
	cells := make([][]string, len(t)+1)
	cells[0] = []string{""}
	for i, r := range t {
		cells[i+1] = []string{r.Name}
	}
	for _, c := range columns() {
		cells[0] = append(cells[0], c.head)
		texts := make([]string, len(t))
		for i, r := range t {
			texts[i] = round(c.value(r), c.decimals)
		}
		trim(texts)
		for i, s := range texts {
			cells[i+1] = append(cells[i+1], s)
		}
	}
	var b strings.Builder
	widths := make([]int, len(cells[0]))
	for _, row := range cells {
		for j, s := range row {
			widths[j] = max(widths[j], len([]rune(s)))
		}
	}
	for _, row := range cells {
		for j, s := range row {
			pad := strings.Repeat(" ", widths[j]-len([]rune(s)))
			if j == 0 {
				b.WriteString(s + pad)
			} else {
				b.WriteString("  " + pad + s)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// round formats v with the given decimals, ties to even, and at least one digit after
// the point.
func round(v float64, decimals int) string {
	if math.IsNaN(v) {
		return "NaN"
	}
	if math.IsInf(v, 0) {
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(v, 'f', -1, 64)), "+")
	}
	scale := math.Pow(10, float64(decimals))
	if r := math.RoundToEven(v*scale) / scale; !math.IsInf(r, 0) {
		v = r
	}
	return strconv.FormatFloat(v, 'f', max(decimals, 1), 64)
}

// trim cuts the trailing zeros that all numbers have, down to one digit after the
// point.
func trim(texts []string) {
	for {
		any := false
		for _, s := range texts {
			point := strings.IndexByte(s, '.')
			if point < 0 {
				continue
			}
			if s[len(s)-1] != '0' || len(s) <= point+2 {
				return
			}
			any = true
		}
		if !any {
			return
		}
		for i, s := range texts {
			if strings.IndexByte(s, '.') >= 0 {
				texts[i] = s[:len(s)-1]
			}
		}
	}
}
