package basis

import "gonum.org/v1/gonum/mat"

// Basis is a finite set of features phi_1 ... phi_F of an input of D numbers,
// such that f(x) = sum_j w_j phi_j(x) with w ~ N(0, I) is a draw of a prior.
// A basis is an immutable value, safe for many goroutines.
type Basis interface {
	// Len returns the number of features F.
	Len() int
	// Eval sets dst[i][j] = phi_j(x_i); dst is len(x) x F.
	Eval(dst, x *mat.Dense)
	// InputGrad adds to dst[i][d] the sum over j of w[i][j] dphi_j(x_i)/dx_id.
	// dst is len(x) x D; w is len(x) x F, or 1 x F where every row has the
	// same weights.
	InputGrad(dst, w, x *mat.Dense)
}

// Options say how random features are drawn. The zero value asks for
// independent frequencies in sin-cos pairs, and for [DefaultCount] features.
type Options struct {
	// Count is the number of random features of each component (0 means
	// DefaultCount). Exact finite features come on top.
	Count int
	// Form is the shape of a random feature.
	Form Form
	// Frequencies says how the frequencies of random features depend on each other.
	Frequencies Frequencies
}

// Features returns the number of random features that o asks for: Count, or
// DefaultCount where it is 0, and never less than 0.
func (o Options) Features() int {
	if o.Count == 0 {
		return DefaultCount
	}
	return max(o.Count, 0)
}

// DefaultCount is the number of random features where none is asked for.
const DefaultCount = 1024

// Form is the shape of a random Fourier feature.
type Form int

const (
	// SinCos has a sine and a cosine of each frequency: exact at lag zero, and
	// of less variance than CosPhase wherever k(2d) < 2 k(d)^2 (Sutherland and
	// Schneider 2015).
	SinCos Form = iota
	// CosPhase has one cosine with a random phase of each frequency.
	CosPhase
)

// Frequencies says how frequencies are drawn from the spectral measure.
type Frequencies int

const (
	// Independent draws each frequency alone.
	Independent Frequencies = iota
	// Orthogonal makes blocks of D Gaussian directions orthogonal (Yu et al. 2016).
	Orthogonal
	// Sobol maps scrambled Sobol points through the inverse distribution functions.
	Sobol
)
