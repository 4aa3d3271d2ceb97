package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"matheron/internal/demo"
)

// number writes v with four significant digits.
func number(v float64) string { return significant(v, 4) }

// significant writes v with n significant digits, as a plain decimal where that is
// short.
func significant(v float64, n int) string {
	a := math.Abs(v)
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	if a < 1e-4 || a >= 1e7 {
		s := strconv.FormatFloat(v, 'e', n-1, 64)
		mantissa, exponent, _ := strings.Cut(s, "e")
		e, _ := strconv.Atoi(exponent) // FormatFloat writes a number there
		return mantissa + "e" + strconv.Itoa(e)
	}
	return strconv.FormatFloat(v, 'f', decimals(a, n), 64)
}

// decimals returns how many decimals show n significant digits of a > 0.
func decimals(a float64, n int) int {
	return max(0, n-1-int(math.Floor(math.Log10(a))))
}

// estimate writes a value to the second digit of its standard error.
func estimate(e demo.Estimate) string {
	if !(e.SE > 0) || math.IsInf(e.SE, 0) {
		return number(e.Value)
	}
	if a := math.Max(math.Abs(e.Value), e.SE); a < 1e-4 || a >= 1e7 {
		return significant(e.Value, 3) + " ± " + significant(e.SE, 2)
	}
	d := min(decimals(e.SE, 2), 9)
	return strconv.FormatFloat(e.Value, 'f', d, 64) + " ± " + strconv.FormatFloat(e.SE, 'f', d, 64)
}

// percent writes a part of one.
func percent(v float64) string { return strconv.FormatFloat(100*v, 'f', 1, 64) + "%" }

// chance writes a probability with Wilson's interval, in whole per cent.
func chance(c demo.Chance) string {
	return fmt.Sprintf("%.0f%% (%.0f to %.0f)", 100*c.Value, 100*c.Lower, 100*c.Upper)
}

// list writes numbers with commas between.
func list(v []float64) string {
	out := make([]string, len(v))
	for i, x := range v {
		out[i] = significant(x, 3)
	}
	return strings.Join(out, ", ")
}
