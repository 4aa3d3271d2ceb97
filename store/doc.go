// Package store keeps models, paths and draws in files.
//
// A [Model] goes to a JSON file that people can read: a fitted prior with the data
// that it is conditioned on, and [Draws] of its parameters where a sampler made
// them, or the inducing inputs and the guide of a [Sparse] one. A [PathSet],
// functions drawn from a posterior, a mixture of them or a guide, with the names of
// their columns, goes to a binary file with all that is needed to evaluate them, in
// any language, and to condition them further, unless they are those of a sparse posterior. A
// [DrawSet], the draws of any run of a sampler, goes to one that the run can go on
// from:
//
//	gp.Prior, data ──> Model   ──SaveModel──> model.json ──LoadModel──> Model   ──> Posterior
//	pathwise.Paths ──> PathSet ──SavePaths──> f.paths    ──LoadPaths──> PathSet ──> Eval, Grad, Condition
//	infer.Draws    ──> DrawSet ──SaveDraws──> f.draws    ──LoadDraws──> DrawSet ──> diag, infer.Run.From
//
// All formats have a version and a SHA-256 checksum. What is loaded is what was
// saved, to the last bit of every value; a file that was cut short or altered by
// a single bit, or that a later version of the format wrote, is refused with a
// [*FormatError]. docs/formats.md specifies them, and docs/read_paths.py and
// docs/read_draws.py read them with nothing of this project.
//
// Files are written beside their place, synced and renamed. A file of paths is
// written and read as a stream: besides the paths themselves, memory holds one
// array of features at a time. Nothing is factorised by loading: the posterior of
// loaded paths is made when it is asked for first.
//
// Cost: the bytes of the file, through SHA-256 once and (paths, when reading)
// through the page cache twice.
package store
