package gp

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"matheron/internal/parallel"
	"matheron/kernel"
)

// Gradient is the derivative of a log evidence with respect to the parameters
// themselves (not their logarithms).
type Gradient struct {
	// Kernel has an element for each of kernel.Params, white variances included.
	Kernel []float64
	// Mean has an element for each of [MeanParams].
	Mean []float64
	// Noise has the derivative to the shared noise variance, or to that of each row.
	Noise []float64
}

// contraction is what the gradient of the evidence is made of:
//
//	W = 1/2 (a a' - H^-1)
//	d/d kernel parameter = sum_ij W_ij dK_ij,  d/d noise_i = W_ii
//	d/d mean parameter   = sum_i a_i dm(x_i)
type contraction struct {
	x         *mat.Dense
	alpha     []float64  // a
	inverse   *mat.Dense // H^-1, of which the lower triangle is read
	k         *mat.Dense // K_XX, lower triangle; nil: evaluated again, block by block
	whiteGrad []float64  // the derivative of the white variance to each kernel parameter
	scratch   *scratch
}

// scratch holds the blocks that the workers of a contraction write to.
type scratch struct {
	weights, values [][]float64 // a worker
}

// block returns h x w elements of buffer i, which is made when it is first used.
func (s *scratch) block(buffers *[][]float64, worker, h, w, n int) *mat.Dense {
	if (*buffers)[worker] == nil {
		(*buffers)[worker] = make([]float64, min(rowBlock, n)*n)
	}
	return mat.NewDense(h, w, (*buffers)[worker][:h*w])
}

// gradient returns the contraction for the kernel, the mean and the noise. It
// panics if the kernel has parameters that it cannot differentiate to.
func (c contraction) gradient(k kernel.Kernel, m Mean, noise NoiseVariance) Gradient {
	var g Gradient
	var trace float64
	inv := c.inverse.RawMatrix()
	diag := make([]float64, len(c.alpha))
	for i, a := range c.alpha {
		diag[i] = 0.5 * (a*a - inv.Data[i*inv.Stride+i])
		trace += diag[i]
	}
	g.Noise = diag
	if !noise.PerRow() {
		g.Noise = []float64{trace}
	}
	if p, ok := m.(ParametricMean); ok {
		g.Mean = make([]float64, len(p.Params()))
		p.ParamGrad(g.Mean, c.alpha, c.x)
	}
	g.Kernel = c.kernelGradient(k)
	for p, v := range c.whiteGrad {
		g.Kernel[p] += v * trace
	}
	return g
}

// kernelGradient contracts the lower triangle, whose weights off the diagonal
// count twice, by blocks of rows. Blocks are added in their order.
func (c contraction) kernelGradient(k kernel.Kernel) []float64 {
	grad := make([]float64, len(kernel.Params(k)))
	if len(grad) == 0 {
		return grad
	}
	differentiable, ok := k.(kernel.ParamGrader)
	if !ok {
		panic(fmt.Sprintf("gp: kernel %T has parameters but no ParamGrad", k))
	}
	n, d := c.x.Dims()
	count := blocks(n)
	partial := make([][]float64, count)
	workers := workersFor(n * n / 2)
	for len(c.scratch.weights) < workers {
		c.scratch.weights = append(c.scratch.weights, nil)
		c.scratch.values = append(c.scratch.values, nil)
	}
	parallel.Do(workers, count, func(worker, b int) {
		b = count - 1 - b
		lo, hi := b*rowBlock, min((b+1)*rowBlock, n)
		xi, xj := c.x.Slice(lo, hi, 0, d).(*mat.Dense), c.x.Slice(0, hi, 0, d).(*mat.Dense)
		w := c.scratch.block(&c.scratch.weights, worker, hi-lo, hi, n)
		for i := lo; i < hi; i++ {
			row, inv, a := w.RawRowView(i-lo), c.inverse.RawRowView(i), c.alpha[i]
			for j := range i {
				row[j] = a*c.alpha[j] - inv[j]
			}
			row[i] = 0.5 * (a*a - inv[i])
			clear(row[i+1:])
		}
		var values *mat.Dense
		if c.k != nil {
			values = c.k.Slice(lo, hi, 0, hi).(*mat.Dense)
		} else {
			values = c.scratch.block(&c.scratch.values, worker, hi-lo, hi, n)
			k.Cov(values, xi, xj)
		}
		partial[b] = make([]float64, len(grad))
		differentiable.ParamGrad(partial[b], w, values, xi, xj)
	})
	for _, part := range partial {
		for p, v := range part {
			grad[p] += v
		}
	}
	return grad
}
