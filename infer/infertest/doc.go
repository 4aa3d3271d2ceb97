// Package infertest checks implementations of what package infer works with: a
// [matheron/infer.Target] by [TestTarget], and a sampler by [TestSampler] on targets
// whose moments are known, [Targets].
//
// It takes a testing.TB and the implementation, and gives its errors. A target is
// evaluated some 8 Dim times a point.
package infertest
