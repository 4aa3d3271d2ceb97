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
			paths := draw(t, pathwise.Sampler{Posterior: post, Features: 32, PerPath: true}, 1, 1000)
			rough := kernel.CheckGrad(k)
			n, _ := x.Dims()
			pathtest.Test(t, paths, pathtest.Options{
				Points: x, NotSmooth: rough != nil, Mean: post.Mean(nil, x),
				Cov: mat.NewSymDense(n, post.Covariance(nil, x).RawMatrix().Data),
			})
			if rough != nil {
				if _, err := paths.Grad(x); err == nil || !strings.Contains(err.Error(), f.Type()) {
					t.Errorf("the error is %v", err)
				}
			}
		})
	}
}
