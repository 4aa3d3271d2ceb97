package main

// families are all kernels.
var families = []family{
	{"gemm", gemm},
	{"panel", panel},
	{"exp", exp},
	{"sincos", sincos},
	{"radial", radial},
	{"contract", contract},
	{"features", features},
}
