// Package store keeps models and paths in files.
//
// A [Model] (a fitted prior with the data that it is conditioned on, and [Draws] of
// its parameters where a sampler made them; or the inducing inputs and the guide of
// a [Sparse] one) goes to a JSON file that people can read; a [PathSet] (functions drawn from a posterior,
// or from a mixture of them, with the names of their columns) goes to a binary file
// with all that is needed to evaluate them, in any language, and to condition them
// further, unless they are those of a guide:
//
//	gp.Prior, data ──> Model   ──SaveModel──> model.json ──LoadModel──> Model   ──> Posterior
//	pathwise.Paths ──> PathSet ──SavePaths──> f.paths    ──LoadPaths──> PathSet ──> Eval, Grad, Condition
//
// Both formats have a version and a SHA-256 checksum. What is loaded is what was
// saved, to the last bit of every value; a file that was cut short or altered by
// a single bit, or that a later version of the format wrote, is refused with a
// [*FormatError]. docs/formats.md specifies both, and docs/read_paths.py reads
// paths with nothing of this project.
//
// Files are written beside their place, synced and renamed. A file of paths is
// written and read as a stream: besides the paths themselves, memory holds one
// array of features at a time. Nothing is factorised by loading: the posterior of
// loaded paths is made when it is asked for first.
//
// Cost: the bytes of the file, through SHA-256 once and (paths, when reading)
// through the page cache twice.
package store
