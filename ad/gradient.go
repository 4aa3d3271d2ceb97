package ad

// Gradient turns a program over a vector into its value and gradient, on a tape
// that is reused: from the second call on nothing is allocated. f returns a
// value of one element on t. The function that is returned sets grad, of the
// length of x, unless it is nil, and returns the value; after a failure
// ([Tape.Err]) both are NaN. It belongs to one goroutine at a time: each needs
// its own.
func Gradient(f func(t *Tape, x Value) Value) func(grad, x []float64) float64 {
	t := NewTape()
	return func(grad, x []float64) float64 {
		if grad != nil && len(grad) != len(x) {
			panic("ad: Gradient: grad and x differ in length")
		}
		t.Reset()
		v := t.Vector(x)
		y := f(t, v)
		if y.t != t {
			panic("ad: Gradient: the program returned a value of another tape")
		}
		fx := y.Float()
		if grad != nil {
			t.Backward(y)
			copy(grad, v.Grad())
		}
		if t.err != nil {
			for i := range grad {
				grad[i] = nan
			}
			return nan
		}
		return fx
	}
}
