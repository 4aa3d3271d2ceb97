package main

// families are all kernels.
var families = []family{
	{"gemm", gemm},
	{"panel", panel},
	{"exp", exp},
	{"sincos", sincos},
	{"radial", radial},
	{"periodic", periodic},
	{"contract", contract},
	{"arith", arith},
	{"features", features},
	{"narrow", narrow},
	{"gemv", gemv},
}
