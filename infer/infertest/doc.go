// Package infertest checks implementations of what package infer works with: a
// [matheron/infer.Target] by [TestTarget], and a sampler by [TestSampler] on targets
// whose moments are known, [Targets].
//
// In flow a testing.TB and the implementation, out flow its errors. A target is
// evaluated some 8 Dim times a point.
package infertest
