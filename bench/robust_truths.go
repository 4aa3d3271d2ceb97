package main

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"matheron/kernel"
	"matheron/linalg"
	"matheron/rng"
)

// truth returns the values of the set's function at rows of the unit cube, up to
// an affine map.
func (s madeSet) truth(u *mat.Dense, key rng.Key) ([]float64, error) {
	n, d := u.Dims()
	for _, f := range kernel.Families() {
		if f.Name == s.kind {
			return s.drawTruth(f, u, key)
		}
	}
	r := key.Rand()
	weights, phases := make([]float64, d), make([]float64, d)
	for j := range d {
		weights[j], phases[j] = r.NormFloat64(), r.Float64()
	}
	f := make([]float64, n)
	for i := range f {
		switch row := u.RawRowView(i); s.kind {
		case "sine": // of period length
			f[i] = math.Sin(2 * math.Pi * row[0] / s.length)
		case "sines": // of two periods, the shorter a fifth of the longer and half as high
			f[i] = math.Sin(2*math.Pi*row[0]/s.length) + 0.5*math.Sin(10*math.Pi*row[0]/s.length)
		case "steps": // a stair of steps as wide as length in each input
			for j, v := range row {
				f[i] += (1 + math.Abs(weights[j])) * float64(int(math.Floor(v/s.length+phases[j]))%2)
			}
		case "additive": // one smooth curve an input, of a shape of its own
			for j, v := range row {
				f[i] += (1 + math.Abs(weights[j])) * math.Sin(2*math.Pi*(0.5*float64(j%3+1)*v+phases[j]))
			}
		case "friedman": // Friedman (1991), "Multivariate adaptive regression splines", section 4.3
			f[i] = 10*math.Sin(math.Pi*row[0]*row[1]) + 20*(row[2]-0.5)*(row[2]-0.5) + 10*row[3] + 5*row[4]
		default:
			return nil, fmt.Errorf("no truth of kind %q", s.kind)
		}
	}
	return f, nil
}

// drawTruth draws a Gaussian process with a kernel of the family jointly at the rows. The lengthscale of input
// j is length sqrt(D) times 1, 1/2 or 2 in turn, D being the number of inputs
// that matter: so that the typical distance of two rows, which grows as sqrt(D),
// is as many lengthscales whatever D.
func (s madeSet) drawTruth(f *kernel.Family, u *mat.Dense, key rng.Key) ([]float64, error) {
	n, d := u.Dims()
	scales := make([]float64, d)
	for j := range scales {
		scales[j] = s.length * math.Sqrt(float64(d)) * []float64{1, 0.5, 2}[j%3]
	}
	// Its parameters are a variance and lengthscales.
	k := kernel.WithParams(f.New(d, true), append([]float64{1}, scales...))
	cov := mat.NewDense(n, n, nil)
	k.Cov(cov, u, u)
	// The jitter is far below the smallest noise variance, which is 1e-3.
	c, err := linalg.Factorize(cov, linalg.Policy{Jitter: 1e-8})
	if err != nil {
		return nil, err
	}
	r := key.Rand()
	z, out := mat.NewDense(n, 1, nil), mat.NewDense(n, 1, nil)
	for i := range n {
		z.Set(i, 0, r.NormFloat64())
	}
	c.MulLower(out, z)
	return out.RawMatrix().Data, nil
}
