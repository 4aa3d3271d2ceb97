package asm

import (
	"fmt"
	"math"
)

// Waves are the sines and cosines of the phases of a point x under frequencies,
//
//	p_j = sum_d x_d omega_dj,
//
// where omega_dj is Omega[d*Stride+j]. Errors are those of [SinCos] at the rounded
// phase.
type Waves struct {
	Omega  []float64
	Stride int
}

// Eval sets sin[j] to scale sin(p_j) and cos[j] to scale cos(p_j). It panics if
// their lengths differ or there are fewer frequencies.
func (w Waves) Eval(sin, cos, x []float64, scale float64) {
	w.check("Eval", len(sin), len(cos), x)
	omega := w.Omega
	for most := rowPiece(len(x)); len(sin) > most; sin, cos, omega = sin[most:], cos[most:], omega[most:] {
		evalWaves(sin[:most], cos[:most], x, omega, w.Stride, scale)
	}
	evalWaves(sin, cos, x, omega, w.Stride, scale)
}

func evalWaves(sin, cos, x, omega []float64, stride int, scale float64) {
	if waves(sin, cos, x, omega, stride, scale) > farthest {
		p := make([]float64, len(sin))
		sinCosOfPhases(sin, cos, p, x, omega, stride)
		for j := range p {
			sin[j] *= scale
			cos[j] *= scale
		}
	}
}

// sinCosOfPhases sets p to the phases and sin and cos to their sines and cosines, for
// phases of any size.
func sinCosOfPhases(sin, cos, p, x, omega []float64, stride int) {
	phases(p, x, omega, stride)
	sinCosPiece(sin, cos, p)
}

// Phases sets p[j] to the phase of frequency j. It panics if there are fewer.
func (w Waves) Phases(p, x []float64) {
	w.check("Phases", len(p), len(p), x)
	omega := w.Omega
	for most := rowPiece(len(x)); len(p) > most; p, omega = p[most:], omega[most:] {
		phases(p[:most], x, omega, w.Stride)
	}
	phases(p, x, omega, w.Stride)
}

// Sum returns sum_j a[j] sin(p_j) + b[j] cos(p_j). It panics as Eval does.
func (w Waves) Sum(a, b, x []float64) float64 {
	w.check("Sum", len(a), len(b), x)
	var sum float64
	omega := w.Omega
	for most := rowPiece(len(x)); len(a) > most; a, b, omega = a[most:], b[most:], omega[most:] {
		sum += sumWaves(a[:most], b[:most], x, omega, w.Stride)
	}
	return sum + sumWaves(a, b, x, omega, w.Stride)
}

func sumWaves(a, b, x, omega []float64, stride int) float64 {
	sum, largest := waveSum(a, b, x, omega, stride)
	if largest > farthest {
		return slopesOfFar(nil, a, b, x, omega, stride)
	}
	return sum
}

// Slopes sets h[j] to the derivative a[j] cos(p_j) - b[j] sin(p_j) of the terms of
// Sum to their phases, and returns Sum. h may be a or b. It panics as Eval does.
//
// The gradient of Sum to x_d is sum_j h[j] omega_dj: see [Products].
func (w Waves) Slopes(h, a, b, x []float64) float64 {
	w.check("Slopes", len(a), len(b), x)
	if len(h) != len(a) {
		panic(fmt.Sprintf("asm: Slopes of %d frequencies into %d", len(a), len(h)))
	}
	var sum float64
	omega := w.Omega
	for most := rowPiece(len(x)); len(a) > most; h, a, b, omega = h[most:], a[most:], b[most:], omega[most:] {
		sum += slopesOfWaves(h[:most], a[:most], b[:most], x, omega, w.Stride)
	}
	return sum + slopesOfWaves(h, a, b, x, omega, w.Stride)
}

func slopesOfWaves(h, a, b, x, omega []float64, stride int) float64 {
	sum, largest := waveSlopes(h, a, b, x, omega, stride)
	if largest > farthest {
		return slopesOfFar(h, a, b, x, omega, stride)
	}
	return sum
}

// slopesOfFar is Slopes for phases of any size; h may be nil.
func slopesOfFar(h, a, b, x, omega []float64, stride int) (sum float64) {
	n := len(a)
	buf := make([]float64, 3*n)
	sin, cos, p := buf[:n], buf[n:2*n], buf[2*n:]
	sinCosOfPhases(sin, cos, p, x, omega, stride)
	for j := range p {
		sum += a[j]*sin[j] + b[j]*cos[j]
		if h != nil {
			h[j] = a[j]*cos[j] - b[j]*sin[j]
		}
	}
	return sum
}

func (w Waves) check(name string, n, m int, x []float64) {
	if n != m || len(x) == 0 {
		panic(fmt.Sprintf("asm: %s of %d and of %d frequencies at a point of %d columns", name, n, m, len(x)))
	}
	checkColumns(name, len(x), n, len(w.Omega), w.Stride)
}

func phasesGeneric(p, x, omega []float64, stride int) {
	clear(p)
	for d, xd := range x {
		for j, v := range omega[d*stride:][:len(p)] {
			p[j] += xd * v
		}
	}
}

func wavesGeneric(sin, cos, x, omega []float64, stride int, scale float64) (largest float64) {
	phasesGeneric(sin, x, omega, stride)
	for j, p := range sin {
		s, c := math.Sincos(p)
		sin[j], cos[j] = scale*s, scale*c
	}
	return 0
}

func waveSumGeneric(a, b, x, omega []float64, stride int) (sum, largest float64) {
	return waveSlopesGeneric(nil, a, b, x, omega, stride)
}

func waveSlopesGeneric(h, a, b, x, omega []float64, stride int) (sum, largest float64) {
	var buf [fewGeneric]float64
	for lo := 0; lo < len(a); lo += fewGeneric {
		p := buf[:min(fewGeneric, len(a)-lo)]
		phasesGeneric(p, x, omega[lo:], stride)
		for j, v := range p {
			s, c := math.Sincos(v)
			aj, bj := a[lo+j], b[lo+j]
			sum += aj*s + bj*c
			if h != nil {
				h[lo+j] = aj*c - bj*s
			}
		}
	}
	return sum, 0
}
