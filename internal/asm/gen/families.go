package main

// families are all kernels.
var families = []family{
	{"gemm", gemm},
	{"exp", exp},
	{"sincos", sincos},
	{"radial", radial},
	{"contract", contract},
	{"features", features},
}
