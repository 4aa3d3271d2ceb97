// Package store keeps models, paths and draws in files.
//
//	gp.Prior, data ──> Model   ──SaveModel──> model.json ──LoadModel──> Model   ──> Posterior ──> PathSet
//	pathwise.Paths ──> PathSet ──SavePaths──> f.paths    ──LoadPaths──> PathSet ──> Eval, Grad, Path
//	infer.Draws    ──> DrawSet ──SaveDraws──> f.draws    ──LoadDraws──> DrawSet ──> diag, infer.Run.From
//
// A [Model] is a fitted prior with what it has learned from a table, of one of three
// kinds: [Exact] has the rows, [Mixture] also draws of the parameters, and [Sparse] has
// inducing inputs. Its file is JSON that people can read. A model may have been fitted to
// standardised rows; [Model.Posterior] takes and gives the units of the table all the
// same:
//
//	model, err := store.LoadModel("model.json")
//	post, err := model.Posterior(ctx, nil)
//	f, y := post.Predict(x)                       // marginals of f and of an observation
//	paths, err := post.Paths(sampler, key, 64)    // functions, in the units of the table
//
// A [PathSet] is functions drawn from a posterior, with the names of their columns. Its
// file is binary and has all that is needed to evaluate them, in any language, and to
// condition them further, unless they are those of a sparse posterior. A [DrawSet] is
// the draws of any run of a sampler; the run can go on from its file.
//
// All formats have a version and a SHA-256 checksum. What is loaded is what was
// saved, to the last bit of every value. A file that was cut short, or altered by
// a single bit, or that a later version of the format wrote, is refused with a
// [*FormatError], and so is one with a right checksum in which a field is missing,
// unknown, there twice, or a number that no model has. docs/formats.md specifies the
// formats, and docs/read_paths.py and docs/read_draws.py read them with nothing of this
// project.
//
// The functions with Save in their names write beside the place of the file, sync and
// rename; those with Write and Read take an io.Writer and an io.ReaderAt. A file of paths
// is written and read as a stream: besides the paths themselves, memory holds one array
// of features at a time. Nothing is factorised by loading: the posterior of a model is
// made by [Model.Posterior], that of loaded paths when it is asked for first.
//
// Cost: the bytes of the file, through SHA-256 once and (paths, when reading)
// through the page cache twice.
package store
