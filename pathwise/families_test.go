package pathwise_test

import (
	"fmt"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/kerneltest"
	"matheron/pathwise"
	"matheron/pathwise/pathtest"
)

// values are paths without their gradients.
type values struct{ paths *pathwise.Paths }

func (v values) Len() int                     { return v.paths.Len() }
func (v values) Inputs() int                  { return v.paths.Inputs() }
func (v values) Eval(x *mat.Dense) *mat.Dense { return v.paths.Eval(x) }

// Each family of kernels has paths: their moments over random bases are those of the
// posterior, their gradients those of differences, or refused with the kernel's name.
func TestEachFamilyHasPaths(t *testing.T) {
	for i, k := range kerneltest.Leaves(2) {
		f := kernel.FamilyOf(k)
		if f.White() {
			continue
		}
		t.Run(fmt.Sprintf("%d %T", i, k), func(t *testing.T) {
			p := problem{kernel: k, mean: gp.Constant{Value: 2}, d: 2, n: 8, noise: gp.Noise(0.05), jitter: 1e-6}
			post, x := p.posterior(t), p.at()
			// Gradients of a few paths of few features: units of an ArcCosine have kinks.
			paths := draw(t, pathwise.Sampler{Posterior: post, Features: 8}, 1, 3)
			rough := kernel.CheckGrad(k)
			pathtest.Test(t, paths, pathtest.Options{Points: x, NotSmooth: rough != nil})
			many := draw(t, pathwise.Sampler{Posterior: post, Features: 32, PerPath: true}, 1, 1000)
			n, _ := x.Dims()
			pathtest.Test(t, values{many}, pathtest.Options{
				Points: x, Mean: post.Mean(nil, x), Cov: mat.NewSymDense(n, post.Covariance(nil, x).RawMatrix().Data),
			})
			if rough != nil {
				if _, err := paths.Grad(x); err == nil || !strings.Contains(err.Error(), f.Type()) {
					t.Errorf("the error is %v", err)
				}
			}
		})
	}
}
