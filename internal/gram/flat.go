package gram

import "gonum.org/v1/gonum/mat"

// Constant is the kernel k = θ_0.
type Constant struct{ Stationary }

// Len implements [Model].
func (Constant) Len() int { return 1 }

// Bind implements [Model].
func (Constant) Bind(*Points) Engine { return &constant{} }

type constant struct {
	NoSlopes
	variance float64
}

func (e *constant) Set(theta []float64)                 { e.variance = theta[0] }
func (e *constant) ReadsValues(Block) bool              { return false }
func (e *constant) Cov(dst Block, _ Matrix, _ *Scratch) { dst.Fill(e.variance) }

func (e *constant) ParamGrad(dst []float64, w, _ Block, _ Matrix, _ *Scratch) {
	sum := dst[0]
	for i := w.Lo; i < w.Hi; i++ {
		for _, v := range w.Row(i) {
			sum += v
		}
	}
	dst[0] = sum
}

func (e *constant) InputGrad(values []float64, _ Matrix, w, _ Block, x Matrix, s *Scratch) {
	if values != nil {
		mark := s.Mark()
		AddDots(values, w, ValuesOf(e, w, Block{}, x, s))
		s.Release(mark)
	}
}

// Zero is the kernel of a function that is 0, with one parameter: what the covariance
// of f has of white noise.
type Zero struct{}

// Len implements [Model].
func (Zero) Len() int { return 1 }

// Diag implements [Model].
func (Zero) Diag(dst, _ []float64, _ *mat.Dense) { clear(dst) }

// DiagGrad implements [Model].
func (Zero) DiagGrad(_, _, _ []float64, _ *mat.Dense) {}

// Bind implements [Model].
func (Zero) Bind(*Points) Engine { return zero{} }

type zero struct{ NoSlopes }

func (zero) Set([]float64)                                               {}
func (zero) ReadsValues(Block) bool                                      { return false }
func (zero) Cov(dst Block, _ Matrix, _ *Scratch)                         { dst.Fill(0) }
func (zero) ParamGrad([]float64, Block, Block, Matrix, *Scratch)         {}
func (zero) InputGrad([]float64, Matrix, Block, Block, Matrix, *Scratch) {}
