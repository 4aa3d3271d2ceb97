package plot

import (
	"math"
	"strconv"
	"strings"
)

// ticks are the marked values of an axis: n[i] 10^exp, labelled.
type ticks struct {
	values []float64
	labels []string
	unit   string // what to add to the axis label: an offset taken off, a power of ten divided by
}

// constant says whether a range is too narrow for float64 to tell its marks
// apart: 1e-12 of the magnitude leaves some 10^4 floats between two ends.
func constant(lo, hi float64) bool {
	return hi-lo <= 1e-12*math.Max(math.Abs(lo), math.Abs(hi)) || hi-lo < 1e-300
}

// widened returns a range around a constant.
func widened(lo, hi float64) (float64, float64) {
	mid := lo + (hi-lo)/2
	half := 0.05 * math.Abs(mid)
	if half < 1e-299 {
		half = 1
	}
	return mid - half, mid + half
}

// chooseTicks returns the densest marks of at most most for which fits holds,
// or the sparsest that has at least two. Steps are 1, 2 or 5 times a power of
// ten. Labels are exact decimals (an integer and an exponent, no rounding of
// sums), so no two are alike.
func chooseTicks(lo, hi float64, most int, fits func(ticks) bool) ticks {
	var best ticks
	most = max(most, 2)
	m, exp := niceStep((hi - lo) / float64(5*most))
	for {
		t := marks(lo, hi, m, exp)
		if len(t.values) < 2 && best.values != nil {
			return best
		}
		best = t
		if len(t.values) <= most && fits(t) {
			return best
		}
		switch m { // the next step of 1, 2, 5, 10
		case 1:
			m = 2
		case 2:
			m = 5
		default:
			m, exp = 1, exp+1
		}
	}
}

// niceStep returns the smallest m 10^exp >= raw with m in 1, 2, 5.
func niceStep(raw float64) (m int64, exp int) {
	exp = int(math.Floor(math.Log10(raw)))
	for {
		for _, m := range []int64{1, 2, 5} {
			if decimal(m, exp) >= raw*(1-1e-9) {
				return m, exp
			}
		}
		exp++
	}
}

// decimal returns n 10^exp, correctly rounded for any exponent.
func decimal(n int64, exp int) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatInt(n, 10)+"e"+strconv.Itoa(exp), 64) // the text is a number; beyond the range it is ±Inf
	return v
}

func marks(lo, hi float64, m int64, exp int) ticks {
	step := decimal(m, exp)
	const slack = 1e-6 // of a step: an end of the range that is a mark but for rounding
	first, last := int64(math.Ceil(lo/step-slack)), int64(math.Floor(hi/step+slack))
	var n []int64
	for i := first; i <= last; i++ {
		n = append(n, i*m)
	}
	t := ticks{}
	for _, k := range n {
		t.values = append(t.values, math.Min(hi, math.Max(lo, decimal(k, exp))))
	}
	t.labels, t.unit = labels(n, exp)
	return t
}

// labels writes n[i] 10^exp. What would take more than six digits or decimals
// loses the lead that all share to an offset in the unit; magnitudes from a million up or below a
// thousandth lose a power of a thousand to it.
func labels(n []int64, exp int) (out []string, unit string) {
	if len(n) == 0 {
		return nil, ""
	}
	offset := int64(0)
	if lead := digits(n); lead > 6 || lead > 3 && exp < -6 {
		span := int64(1)
		for span < 2*(n[len(n)-1]-n[0]) {
			span *= 10
		}
		offset = n[0] / span * span
		if n[0] < 0 && n[0]%span != 0 {
			offset -= span
		}
	}
	rest := make([]int64, len(n))
	for i := range n {
		rest[i] = n[i] - offset
	}
	power := 0
	if top := exp + digits(rest) - 1; top >= 6 || top <= -4 {
		power = 3 * int(math.Floor(float64(top)/3))
	}
	for _, k := range rest {
		out = append(out, point(k, exp-power))
	}
	if offset != 0 {
		sign := " − "
		if offset < 0 {
			sign = " + "
		}
		whole, at := offset, exp
		for at < 0 && whole%10 == 0 {
			whole, at = whole/10, at+1
		}
		size := strings.TrimPrefix(point(whole, at), "−")
		if len(size) > 16 {
			size = strconv.FormatFloat(math.Abs(decimal(offset, exp)), 'g', -1, 64)
		}
		unit = sign + size
	}
	if power != 0 {
		// Not superscripts: common fonts lack some of them.
		unit += " (×10^" + strings.Replace(strconv.Itoa(power), "-", "−", 1) + ")"
	}
	return out, unit
}

// digits counts the decimal digits of the largest magnitude.
func digits(n []int64) int {
	most := int64(0)
	for _, k := range n {
		most = max(most, k, -k)
	}
	return len(strconv.FormatInt(most, 10))
}

// point writes n 10^exp in plain decimals, with the true minus sign.
func point(n int64, exp int) string {
	sign := ""
	if n < 0 {
		sign, n = "−", -n
	}
	s := strconv.FormatInt(n, 10)
	switch {
	case n == 0 && exp >= 0:
	case exp >= 0:
		s += strings.Repeat("0", exp)
	default:
		if short := 1 - exp - len(s); short > 0 {
			s = strings.Repeat("0", short) + s
		}
		s = s[:len(s)+exp] + "." + s[len(s)+exp:]
	}
	return sign + s
}

// decades returns marks of a logarithmic axis from 10^lo to 10^hi: at 1, 2 and 5
// times powers of ten where the range is short, else at the powers of ten, or at
// every second, third, ... of them, at most most.
func decades(lo, hi float64, most int) ticks {
	const slack = 1e-9
	first, last := int(math.Ceil(lo-slack)), int(math.Floor(hi+slack))
	multiples := []int64{1, 2, 5}
	every := 1
	if last-first+1 > 2 || 3*(last-first+2) > most {
		multiples = multiples[:1]
		for (last-first)/every+1 > max(most, 2) {
			every++
		}
	}
	var t ticks
	for e := first - 1; e <= last; e++ {
		if ((e%every)+every)%every != 0 {
			continue
		}
		for _, m := range multiples {
			v := decimal(m, e)
			if at := math.Log10(v); at >= lo-slack && at <= hi+slack {
				t.values = append(t.values, math.Min(hi, math.Max(lo, at)))
				t.labels = append(t.labels, power(m, e))
			}
		}
	}
	if len(t.values) < 2 { // less than a factor of two: evenly, in the numbers themselves
		t = chooseTicks(math.Pow(10, lo), math.Pow(10, hi), most, func(ticks) bool { return true })
		for i, v := range t.values {
			t.values[i] = math.Log10(v)
		}
	}
	return t
}

// power writes m 10^e: in plain decimals near one, else with its exponent.
func power(m int64, e int) string {
	if e >= -4 && e <= 5 {
		return point(m, e)
	}
	s := "10^" + strings.Replace(strconv.Itoa(e), "-", "−", 1)
	if m != 1 {
		s = strconv.FormatInt(m, 10) + "×" + s
	}
	return s
}
