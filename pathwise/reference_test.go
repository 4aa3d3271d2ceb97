package pathwise_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/gp"
	"matheron/kernel"
	"matheron/kernel/basis"
	"matheron/pathwise"
	"matheron/rng"
)

// rule is Matheron's rule, or a copy of it with one mistake: those that have
// been made in other libraries, and their like.
type rule int

const (
	exactRule rule = iota
	meanNotSubtracted
	meanNotAdded
	priorNotSubtracted
	noiseNotDrawn
	jitterNotDrawn
	whiteNotDrawn
	noiseNotInMatrix
	basisNotShared
	hyperparametersNotFrozen
	targetsIgnored
	correctionLeftOut
	noiseAddedAtPoints
)

var mistakes = map[rule]string{
	meanNotSubtracted:        "y instead of y - m(X)",
	meanNotAdded:             "no m(x)",
	priorNotSubtracted:       "no Phi_X w",
	noiseNotDrawn:            "no e",
	jitterNotDrawn:           "jitter in H, not in e",
	whiteNotDrawn:            "white noise in H, not in e",
	noiseNotInMatrix:         "no noise in H",
	basisNotShared:           "one basis at X, another at x",
	hyperparametersNotFrozen: "other hyperparameters in the prior path",
	targetsIgnored:           "the targets are not those passed",
	correctionLeftOut:        "no correction",
	noiseAddedAtPoints:       "observation noise added to f",
}

// matheron is the rule in a slow and obvious form: it evaluates S paths with
// the features b, the weights w (F x S) and standard normal noise z (N x S) at
// the rows of x. It shares no algebra with the package: a dense inverse by LU.
func matheron(post *gp.Exact, b basis.Basis, w, z, x *mat.Dense, r rule) *mat.Dense {
	f, paths := w.Dims()
	n, t := post.Len(), rowsOf(x)
	atData, atPoints := b, b
	switch r {
	case basisNotShared:
		atPoints = mustStack(post.Kernel(), colsOf(x), f, rng.New(999))
	case hyperparametersNotFrozen:
		theta := kernel.Params(post.Kernel())
		values := make([]float64, len(theta))
		for i, p := range theta {
			values[i] = 1.3 * p.Value
		}
		other := mustStack(kernel.WithParams(post.Kernel(), values), colsOf(x), f, rng.New(999))
		atData, atPoints = other, other
	}
	phiX, phi := features(atData, post.X()), features(atPoints, x)

	noise, white, err := kernelNoise(post)
	if err != nil {
		panic(err)
	}
	h := cov(post.Kernel(), post.X(), post.X())
	sd := make([]float64, n)
	for i := range n {
		full := noise[i] + white + post.Jitter()
		drawn := full
		switch r {
		case noiseNotDrawn:
			drawn = 0
		case jitterNotDrawn:
			drawn -= post.Jitter()
		case whiteNotDrawn:
			drawn -= white
		case noiseNotInMatrix:
			full = post.Jitter()
		}
		sd[i] = math.Sqrt(drawn)
		h.Set(i, i, h.At(i, i)+full)
	}

	mX, m := make([]float64, n), make([]float64, t)
	post.PriorMean().Eval(mX, post.X())
	post.PriorMean().Eval(m, x)

	residual := mat.NewDense(n, paths, nil)
	for i := range n {
		for s := range paths {
			v := post.Y()[i]
			if r == targetsIgnored {
				v = 0
			}
			if r != meanNotSubtracted {
				v -= mX[i]
			}
			if r != priorNotSubtracted {
				for j := range f {
					v -= phiX.At(i, j) * w.At(j, s)
				}
			}
			residual.Set(i, s, v-sd[i]*z.At(i, s))
		}
	}
	var inverse, v, update mat.Dense
	if err := inverse.Inverse(h); err != nil {
		panic(err)
	}
	v.Mul(&inverse, residual)
	update.Mul(cov(post.Kernel(), x, post.X()), &v)

	extra := rng.New(7).Rand()
	out := mat.NewDense(paths, t, nil)
	for s := range paths {
		for i := range t {
			v := 0.0
			if r != meanNotAdded {
				v += m[i]
			}
			for j := range f {
				v += phi.At(i, j) * w.At(j, s)
			}
			if r != correctionLeftOut {
				v += update.At(i, s)
			}
			if r == noiseAddedAtPoints {
				v += math.Sqrt(noise[0]) * extra.NormFloat64()
			}
			out.Set(s, i, v)
		}
	}
	return out
}

func rowsOf(x *mat.Dense) int { n, _ := x.Dims(); return n }
func colsOf(x *mat.Dense) int { _, d := x.Dims(); return d }

// kernelNoise returns the parts of the diagonal: a noise a row, and white.
func kernelNoise(post *gp.Exact) (rows []float64, white float64, err error) {
	white, _, err = kernel.WhiteVariance(post.Kernel())
	for i := range post.Len() {
		rows = append(rows, post.Noise().At(i))
	}
	return rows, white, err
}

func cov(k kernel.Kernel, x, y *mat.Dense) *mat.Dense {
	c := mat.NewDense(rowsOf(x), rowsOf(y), nil)
	k.Cov(c, x, y)
	return c
}

func features(b basis.Basis, x *mat.Dense) *mat.Dense {
	phi := mat.NewDense(rowsOf(x), b.Len(), nil)
	b.Eval(phi, x)
	return phi
}

// mustStack returns features of k that are f in all.
func mustStack(k kernel.Kernel, d, f int, key rng.Key) basis.Basis {
	b, err := kernel.Basis(k, d, basis.Options{Count: f}, key)
	if err != nil || b.Len() != f {
		panic(fmt.Sprintf("%v: features of %T are not %d", err, k, f))
	}
	return b
}

// normals returns the standard normal numbers behind the paths' weights and
// noise, from the streams that the package documents: path s and row r.
func normals(key rng.Key, size, paths int) *mat.Dense {
	out := mat.NewDense(size, paths, nil)
	for s := range paths {
		r := key.Split(s).Rand()
		for i := range size {
			out.Set(i, s, r.NormFloat64())
		}
	}
	return out
}

// rebuilt is a distribution that was found from values alone.
type rebuilt struct {
	mean []float64
	cov  *mat.SymDense
	// unexplained is the largest part of a value that is not linear in the
	// weights and the noise.
	unexplained float64
}

// rebuild finds the distribution of functions from their values (S x T) and the numbers
// behind them (w: F x S, z: N x S): each function is linear in them, so that
// least squares over S > 1 + F + N functions finds its coefficients exactly,
//
//	f_s = mean + B [w_s; z_s],  cov = B Bᵀ.
func rebuild(values, w, z *mat.Dense) rebuilt {
	f, s := w.Dims()
	n, _ := z.Dims()
	_, t := values.Dims()
	design := mat.NewDense(s, 1+f+n, nil)
	for i := range s {
		design.Set(i, 0, 1)
		for j := range f {
			design.Set(i, 1+j, w.At(j, i))
		}
		for j := range n {
			design.Set(i, 1+f+j, z.At(j, i))
		}
	}
	var coef, fitted, c mat.Dense
	if err := coef.Solve(design, values); err != nil {
		panic(err)
	}
	fitted.Mul(design, &coef)
	fitted.Sub(&fitted, values)
	out := rebuilt{mean: mat.Row(nil, 0, &coef), cov: mat.NewSymDense(t, nil)}
	out.unexplained = math.Max(mat.Max(&fitted), -mat.Min(&fitted))
	b := coef.Slice(1, 1+f+n, 0, t)
	c.Mul(b.T(), b)
	for i := range t {
		for j := range i + 1 {
			out.cov.SetSym(i, j, c.At(i, j))
		}
	}
	return out
}

// check returns an error if the distribution that was found is not the one wanted.
func (r rebuilt) check(mean []float64, cov *mat.SymDense, tol float64) error {
	if r.unexplained > tol {
		return fmt.Errorf("%.2g of a value is not linear in weights and noise", r.unexplained)
	}
	for i, m := range mean {
		if !near(r.mean[i], m, tol) {
			return fmt.Errorf("mean %d is %v, want %v", i, r.mean[i], m)
		}
	}
	for i := range mean {
		for j := range i + 1 {
			if !near(r.cov.At(i, j), cov.At(i, j), tol) {
				return fmt.Errorf("covariance %d, %d is %v, want %v", i, j, r.cov.At(i, j), cov.At(i, j))
			}
		}
	}
	return nil
}

// denseMoments is the closed-form distribution, written out with a dense inverse.
func denseMoments(post *gp.Exact, b basis.Basis, x *mat.Dense) *mat.SymDense {
	h := cov(post.Kernel(), post.X(), post.X())
	for i, v := range post.NoiseDiag() {
		h.Set(i, i, h.At(i, i)+v)
	}
	var inverse, a, d, c, sa, s mat.Dense
	if err := inverse.Inverse(h); err != nil {
		panic(err)
	}
	a.Mul(cov(post.Kernel(), x, post.X()), &inverse)
	d.Mul(&a, features(b, post.X()))
	d.Sub(features(b, x), &d)
	c.Mul(&d, d.T())
	sa.Mul(&a, mat.NewDiagDense(post.Len(), post.NoiseDiag()))
	s.Mul(&sa, a.T())
	c.Add(&c, &s)
	out := mat.NewSymDense(rowsOf(x), nil)
	for i := range rowsOf(x) {
		for j := range i + 1 {
			out.SetSym(i, j, c.At(i, j))
		}
	}
	return out
}

// The distribution of the paths holds for the rule, and for none of its copies with a
// mistake.
func TestMistakesAreSeen(t *testing.T) {
	p := problem{"", kernel.Add(rbf, white), gp.Linear{Intercept: 1, Slopes: []float64{0.7}}, 1, 6, rowNoise(6), 1e-3}
	post, x, key := p.posterior(t), p.at(), rng.New(3)
	const count = 16
	s := 2 * (1 + count + p.n)
	paths := draw(t, pathwise.Sampler{Posterior: post, Features: count}, 3, s)
	mean, c, err := paths.Moments(0, x)
	if err != nil {
		t.Fatal(err)
	}
	state := paths.States()[0]
	w, z := normals(key.Named("weights"), count, s), normals(key.Named("noise"), p.n, s)
	const tol = 1e-8 // semantics: cond(H) is far below 1e6
	if err := rebuild(paths.Eval(x), w, z).check(mean, c, tol); err != nil {
		t.Errorf("paths: %v", err)
	}
	if err := rebuild(matheron(post, state.Bases[0], w, z, x, exactRule), w, z).check(mean, c, tol); err != nil {
		t.Errorf("the rule itself: %v", err)
	}
	for r, name := range mistakes {
		err := rebuild(matheron(post, state.Bases[0], w, z, x, r), w, z).check(mean, c, tol)
		if err == nil {
			t.Errorf("%s: not seen", name)
			continue
		}
		// Most change the distribution by more than a part in a thousand.
		if err := rebuild(matheron(post, state.Bases[0], w, z, x, r), w, z).check(mean, c, 1e-4); err == nil && !strings.Contains(name, "jitter") {
			t.Errorf("%s: hardly seen: %v", name, err)
		}
	}
}
