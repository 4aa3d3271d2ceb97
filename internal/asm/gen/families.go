package main

// families are all kernels.
var families = []family{
	{"sum", sum},
}
