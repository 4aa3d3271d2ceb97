package gp

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	// maxPeriodogramRows bounds the rows of a periodogram: a stride is taken of more.
	maxPeriodogramRows = 4000
	// maxFrequencies bounds its frequencies.
	maxFrequencies = 16000
	// oversample is the number of frequencies to a resolved width.
	oversample = 4
	// finest is how far beyond one cycle in two gaps the frequencies go where the
	// gaps are not equal, so that faster cycles show.
	finest = 8
	// harmonics is the number of harmonics of a cycle that are looked at.
	harmonics = 8
	// maxCycleRows bounds the rows on which cycles are compared.
	maxCycleRows = 600
)

// period is a likely cycle of some data.
type period struct {
	length float64
	score  float64 // see cycle
	part   float64 // of the variance of the data less a cubic that it explains
}

// periods returns the likely periods of y over x, at most six, the likeliest first.
// A cycle of any form shows as peaks of the periodogram at its frequency and at
// multiples of it, of which the first need not be the highest, or be there at all.
// So the candidates are the highest peaks' periods and their multiples, and they are
// ranked by what a cycle of up to eight harmonics explains, less what that many
// coefficients explain of noise. gap is the typical distance of neighbours in x, and
// regular says that all are like it. Cost O(N F), F the number of frequencies.
func periods(x, y []float64, gap float64, regular bool) []period {
	x, y = runs(x, y, maxPeriodogramRows)
	n := len(x)
	width := slices.Max(x) - slices.Min(x)
	if n < 8 || width == 0 {
		return nil
	}
	y = detrend(x, y)
	top := 1 / (2 * gap)
	if !regular {
		top *= finest
	}
	step := 1 / (oversample * width)
	count := int(math.Min(top/step+1, maxFrequencies))
	found := peaks(periodogram(x, y, step, count), step)
	const firsts, multiples, most = 6, 12, 8
	var candidates []period
	cx, cy := runs(x, y, maxCycleRows)
	for _, f := range found[:min(firsts, len(found))] {
		for m := range multiples {
			// One cycle over the range, at least.
			if g := f / float64(m+1); g*width >= 1 {
				candidates = append(candidates, sharpen(cx, cy, g, width))
			}
		}
	}
	slices.SortStableFunc(candidates, func(a, b period) int { return cmp.Compare(b.score, a.score) })
	var out []period
	for _, c := range candidates {
		// A frequency within a resolved width of another one adds nothing.
		near := slices.ContainsFunc(out, func(p period) bool { return math.Abs(1/p.length-1/c.length) < 0.2/width })
		if !near && len(out) < most {
			out = append(out, c)
		}
	}
	return out
}

// runs returns runs of 32 rows that are neighbours, so that the fastest cycles stay,
// at most so many rows in all; all where these are no more.
func runs(x, y []float64, most int) (rx, ry []float64) {
	stride := (len(x) + most - 1) / most
	if stride <= 1 {
		return x, y
	}
	for i := range x {
		if (i/32)%stride == 0 {
			rx, ry = append(rx, x[i]), append(ry, y[i])
		}
	}
	return rx, ry
}

// sharpen returns the period near that of a frequency f whose cycle explains most. The
// eighth harmonic of a frequency is resolved eight times as finely.
func sharpen(x, y []float64, f, width float64) period {
	best := period{score: math.Inf(-1)}
	for _, step := range []float64{1 / (12 * width), 1 / (48 * width)} {
		if !math.IsInf(best.score, -1) {
			f = 1 / best.length
		}
		for j := -3; j <= 3; j++ {
			g := f + float64(j)*step
			if g <= 0 {
				continue
			}
			if score, part := cycle(x, y, g); score > best.score {
				best = period{1 / g, score, part}
			}
		}
	}
	return best
}

// cycle returns how much a cycle of frequency f with one to eight harmonics explains: the
// gain of the log likelihood of Gaussian noise, less half a logarithm of N for each
// coefficient (Schwarz 1978), greatest over the number of harmonics; and the part of
// the sum of squares with all of them.
func cycle(x, y []float64, f float64) (score, part float64) {
	n := len(x)
	q := min(harmonics, (n-1)/4)
	a := mat.NewDense(n, 2*q+1, nil)
	for i, v := range x {
		row := a.RawRowView(i)
		row[0] = 1
		for h := range q {
			row[1+2*h], row[2+2*h] = math.Sincos(2 * math.Pi * f * float64(h+1) * (v - x[0]))
		}
	}
	// By Gram and Schmidt, harmonic by harmonic.
	total, left := 0.0, slices.Clone(y)
	for _, v := range y {
		total += v * v
	}
	score = math.Inf(-1)
	columns := make([][]float64, 0, 2*q+1)
	for j := range 2*q + 1 {
		c := mat.Col(nil, j, a)
		for range 2 {
			for _, b := range columns {
				floats.AddScaled(c, -floats.Dot(b, c), b)
			}
		}
		if norm := floats.Norm(c, 2); norm > 1e-6*math.Sqrt(float64(n)) {
			floats.Scale(1/norm, c)
			columns = append(columns, c)
			floats.AddScaled(left, -floats.Dot(c, left), c)
		}
		if j > 0 && j%2 == 0 {
			rest := math.Max(floats.Dot(left, left), 1e-12*total)
			gain := 0.5*float64(n)*math.Log(total/rest) - 0.5*math.Log(float64(n))*float64(j)
			score, part = math.Max(score, gain), 1-rest/total
		}
	}
	return score, part
}

// peaks returns the frequencies of the peaks of a periodogram from one cycle over
// the range on (what is slower is trend), the highest first, without the side lobes
// of those before.
func peaks(power []float64, step float64) []float64 {
	type peak struct{ frequency, power float64 }
	var found []peak
	for j := oversample; j < len(power)-1; j++ {
		if a, b, c := power[j-1], power[j], power[j+1]; b > a && b >= c {
			// The top of the parabola through three points.
			shift := 0.5 * (a - c) / (a - 2*b + c)
			found = append(found, peak{(float64(j+1) + shift) * step, b})
		}
	}
	slices.SortStableFunc(found, func(a, b peak) int { return cmp.Compare(b.power, a.power) })
	var out []float64
	for _, p := range found {
		near := slices.ContainsFunc(out, func(f float64) bool { return math.Abs(f-p.frequency) < 2*oversample*step })
		if !near {
			out = append(out, p.frequency)
		}
		if len(out) == 12 {
			break
		}
	}
	return out
}

// detrend returns y without its least-squares cubic in x.
func detrend(x, y []float64) []float64 {
	n := len(x)
	lo, hi := slices.Min(x), slices.Max(x)
	a := mat.NewDense(n, 4, nil)
	for i, v := range x {
		t := 2*(v-lo)/(hi-lo) - 1
		a.SetRow(i, []float64{1, t, t * t, t * t * t})
	}
	out := slices.Clone(y)
	var coef mat.VecDense
	if err := coef.SolveVec(a, mat.NewVecDense(n, out)); err != nil {
		return out // fewer than four distinct inputs: nothing to take out
	}
	var fit mat.VecDense
	fit.MulVec(a, &coef)
	for i := range out {
		out[i] -= fit.AtVec(i)
	}
	return out
}

// periodogram returns the power at the frequencies step, 2 step, ... count step: the
// part of the sum of squares that a sinusoid of free phase explains (Lomb 1976,
// Scargle 1982). x need not be even. Sines and cosines advance from frequency to
// frequency by a rotation.
func periodogram(x, y []float64, step float64, count int) []float64 {
	n := len(x)
	s, c := make([]float64, n), make([]float64, n)   // at the current frequency
	ds, dc := make([]float64, n), make([]float64, n) // of one step
	for i, v := range x {
		ds[i], dc[i] = math.Sincos(2 * math.Pi * step * (v - x[0]))
		c[i] = 1
	}
	power := make([]float64, count)
	for j := range power {
		var ys, yc, ss, cc, sc float64
		for i, v := range y {
			s[i], c[i] = s[i]*dc[i]+c[i]*ds[i], c[i]*dc[i]-s[i]*ds[i]
			ys += v * s[i]
			yc += v * c[i]
			ss += s[i] * s[i]
			cc += c[i] * c[i]
			sc += s[i] * c[i]
		}
		if det := ss*cc - sc*sc; det > 1e-9*float64(n)*float64(n) {
			power[j] = (ys*ys*cc - 2*ys*yc*sc + yc*yc*ss) / det
		}
	}
	return power
}
