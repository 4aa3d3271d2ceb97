package kerneltest

import (
	"math"

	"matheron/kernel"
)

// Leaves returns all leaf kernels of package kernel for inputs of d columns: each
// family with a number for each input and with one for all, and with the first whole
// numbers of those that are structure. The parameters differ from each other and from 1.
func Leaves(d int) []kernel.Kernel {
	var out []kernel.Kernel
	for _, f := range kernel.Families() {
		for _, ard := range []bool{false, true} {
			values := f.Values(f.New(d, ard))
			each := false
			for i := range values {
				vary(values[i], len(out)+2*i)
				each = each || values[i].Layout == kernel.PerInputs
			}
			if !ard || each {
				out = append(out, wholes(f, values, 0)...)
			}
		}
	}
	return out
}

// vary sets the numbers of a parameter, each inside its support.
func vary(v kernel.Values, seed int) {
	if v.Layout == kernel.Whole {
		return
	}
	for i := range v.Numbers {
		x := 0.6 + math.Mod(0.37*float64(seed+i+1), 1)
		if !(x > v.Lower && x < v.Upper) {
			x = v.Lower + 0.6*(v.Upper-v.Lower)
		}
		v.Numbers[i] = x
	}
}

// wholes returns the kernel with each choice of the whole numbers from field i on.
func wholes(f *kernel.Family, values []kernel.Values, i int) []kernel.Kernel {
	if i == len(values) {
		return []kernel.Kernel{f.Make(values)}
	}
	v := &values[i]
	if v.Layout != kernel.Whole {
		return wholes(f, values, i+1)
	}
	var out []kernel.Kernel
	for n := v.Lower; n <= min(v.Upper, v.Lower+2); n++ {
		v.Numbers[0] = n
		out = append(out, wholes(f, values, i+1)...)
	}
	return out
}
