package gammainc_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mathext"

	"matheron/internal/gammainc"
)

// TestGammaQuantileSciPy compares with scipy.special.gammaincinv(a, u) of SciPy
// 1.17.1, and gammainccinv(a, 2^-53) for the last row of each a.
func TestGammaQuantileSciPy(t *testing.T) {
	const last = 1 - 0x1p-53
	for _, c := range [][3]float64{
		{0.1, 1e-16, 6.073048362408066e-161}, {0.1, 1e-08, 6.073048362407998e-81},
		{0.1, 0.01, 6.073048362407912e-21}, {0.1, 0.3, 3.5860860184109674e-06},
		{0.1, 0.5, 0.0005933911044602284}, {0.1, 0.9, 0.266154553738837},
		{0.1, 0.999, 3.3636770117187536}, {0.1, last, 31.355748766716793},
		{0.5, 1e-16, 7.853981633974507e-33}, {0.5, 1e-08, 7.853981633974481e-17},
		{0.5, 0.01, 7.854392895485092e-05}, {0.5, 0.3, 0.07423593091627269},
		{0.5, 0.9, 1.352771727047702}, {0.5, last, 34.3816261058342},
		{0.7, 0.01, 0.0012126230241013424}, {0.7, 0.3, 0.17251980033360842},
		{0.7, 0.999, 6.0637395638872755}, {0.7, last, 35.39772300814087},
		{1.5, 1e-16, 2.604698539366164e-11}, {1.5, 1e-08, 5.611665486524995e-06},
		{1.5, 0.01, 0.057415900949558535}, {1.5, 0.3, 0.7118261215176399},
		{1.5, 0.5, 1.1829869421876689}, {1.5, 0.9, 3.1256943155851626},
		{1.5, 0.999, 8.133118098119064}, {1.5, last, 38.69815774531044},
		{2.5, 1e-16, 6.436215297435574e-07}, {2.5, 1e-08, 0.0010203686124682673},
		{2.5, 0.01, 0.2771490383641386}, {2.5, 0.5, 2.175730095547763},
		{2.5, 0.999, 10.257502826216436}, {2.5, last, 42.09751611826065},
		{10, 1e-16, 0.11495099483964191}, {10, 1e-08, 0.7696086530117634},
		{10, 0.01, 4.1301991662732}, {10, 0.5, 9.668714614714128},
		{10, 0.999, 22.65737330906293}, {10, last, 61.10439016905224},
		{1e4, 1e-16, 9199.852484754334}, {1e4, 1e-08, 9448.926148935248},
		{1e4, 0.3, 9947.319262019584}, {1e4, 0.999, 10311.875224539537},
		{1e4, last, 10843.221779893305},
	} {
		a, u, want := c[0], c[1], c[2]
		got := math.Exp(gammainc.LogQuantile(a, u, 1-u))
		// An error of 1e-15 in log u is one of 1e-15/a in log x for small x;
		// exp of -370 (a = 0.1) adds 370 eps; incomplete gamma functions are
		// themselves right to about 1e-13.
		if math.Abs(got-want) > 5e-13*want {
			t.Errorf("quantile of Gamma(%v) at %v is %v, SciPy %v: %.1e", a, u, got, want, got/want-1)
		}
	}
}

// TestGammaQuantileRoundTrip: P(a, x(u)) = u, with Q = 1 - u in the upper half.
func TestGammaQuantileRoundTrip(t *testing.T) {
	for _, a := range []float64{0.02, 0.3, 0.9, 1, 1.1, 3, 25, 300, 1e5, 1e7} {
		before := math.Inf(-1)
		for _, u := range []float64{0x1p-53, 1e-12, 1e-6, 1e-3, 0.1, 0.49, 0.5, 0.51, 0.9, 0.99, 1 - 1e-6, 1 - 0x1p-40, 1 - 0x1p-53} {
			logX := gammainc.LogQuantile(a, u, 1-u)
			if !(logX > before) {
				t.Errorf("a = %v: log quantile at %v is %v, below the one before", a, u, logX)
			}
			before = logX
			x := math.Exp(logX)
			if x < 1e-300 {
				continue
			}
			p, want := mathext.GammaIncReg(a, x), u
			if u > 0.5 {
				p, want = mathext.GammaIncRegComp(a, x), 1-u
			}
			// Rounding log x moves log P by up to 10 sqrt(a) (its slope in the
			// tails) times an ulp of max(1, |log x|); 1e-12 is the accuracy of
			// the incomplete gamma functions there.
			if tol := 1e-12 + 10*math.Sqrt(a)*max(1, math.Abs(logX))*0x1p-51; math.Abs(p/want-1) > tol {
				t.Errorf("a = %v, u = %v: back to %v, off by %.1e (%.1e allowed)", a, u, p, p/want-1, tol)
			}
		}
	}
}
