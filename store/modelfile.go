package store

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"

	"matheron/gp"
	"matheron/internal/atomicfile"
	"matheron/kernel"
)

// A file of a model is the JSON object
//
//	{"format":"matheron model","version":V,"sha256":"HEX","model":BODY}
//
// with exactly these bytes around BODY, a newline at the end, and in HEX the SHA-256 of
// the bytes of BODY in lower case. The last line of BODY is its closing brace alone; no
// other line starts with one. BODY has the fields of a modelBody and, from version 2 on,
// a member for each kind of model that the version has: that of the model's own kind,
// and null for the others.
const (
	modelMagic   = `{"format":"matheron model","version":`
	modelVersion = 2 // the greatest that is read

	beforeSum  = `,"sha256":"`
	beforeBody = `","model":`
	afterBody  = "}\n"
	lastBytes  = "\n}" + afterBody
)

// SaveModel writes m to a file, all of it or nothing; "-" is the standard output. The
// file is of the least version of the format that has what m is. An
// [*UnsupportedError] says what the format has no form for, such as a mean that is a Go
// function, a kernel of a type of your own, or a number that no model has.
func SaveModel(path string, m *Model) error {
	text, err := marshalModel(m)
	if err != nil {
		return &UnsupportedError{path, err}
	}
	return atomicfile.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// WriteModel is [SaveModel] to a writer. Where m cannot be stored nothing is written.
func WriteModel(w io.Writer, m *Model) error {
	text, err := marshalModel(m)
	if err != nil {
		return &UnsupportedError{Err: err}
	}
	_, err = w.Write(text)
	return err
}

// LoadModel reads a model from a file: with the same numbers to the last bit. The error
// is a [*FormatError].
func LoadModel(path string) (*Model, error) { return load(path, readModel) }

// ReadModel is [LoadModel] from the first size bytes of r, which are the whole file.
func ReadModel(r io.ReaderAt, size int64) (*Model, error) { return read(r, size, readModel) }

// form is how a kind of model stands in a file.
type form struct {
	member  string // of the body; "" for the kind that x and y alone make
	version int    // the first that has it
	// read returns the kind of a body whose member has the text.
	read func(text json.RawMessage, b *modelBody) (Kind, error)
}

// forms returns those of all kinds, in the order of the members. A new kind is a file
// with a type that implements [Kind], and a line here; its version is one more than
// modelVersion was.
func forms() []form { return []form{exactForm(), mixtureForm(), sparseForm()} }

// members returns the names of the members that a version has for kinds.
func members(version int) []string {
	var out []string
	for _, f := range forms() {
		if f.member != "" && f.version <= version {
			out = append(out, f.member)
		}
	}
	return out
}

// modelBody is what the bodies of all models have in common.
type modelBody struct {
	Inputs      []string     `json:"inputs"`
	Target      string       `json:"target"`
	Standardize *scalingNode `json:"standardize"`
	KernelText  string       `json:"kernel_text"` // for people, as the parameters
	Parameters  []ParamInfo  `json:"parameters"`  // of kernel and mean, which have them
	Kernel      *kernelNode  `json:"kernel"`
	Mean        *meanNode    `json:"mean"`
	Jitter      float64      `json:"jitter"`
	Solver      string       `json:"solver,omitempty"` // none for "cholesky"
	Noise       *numbers     `json:"noise_variance"`
	Fit         *FitInfo     `json:"fit"`
	X           [][]float64  `json:"x"`
	Y           []float64    `json:"y"`
}

// marshalModel returns the file of m.
func marshalModel(m *Model) ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	body, err := marshalBody(m)
	if err != nil {
		return nil, err
	}
	text := fmt.Appendf(nil, "%s%d%s%x%s", modelMagic, m.Kind.form().version, beforeSum, sumOf(body), beforeBody)
	return append(append(text, body...), afterBody...), nil
}

// marshalBody returns the body for people to read, too: a field, and a row of a matrix,
// in a line of its own.
func marshalBody(m *Model) ([]byte, error) {
	d := len(m.Inputs)
	k, err := kernelTree(m.Prior.Kernel, d)
	if err != nil {
		return nil, err
	}
	mean, err := meanTree(m.Prior.Mean, d)
	if err != nil {
		return nil, err
	}
	solver, err := solverName(m.Prior.Solver)
	if err != nil {
		return nil, err
	}
	var params []ParamInfo
	for _, p := range append(kernel.Params(m.Prior.Kernel), gp.MeanParams(m.Prior.Mean)...) {
		params = append(params, ParamInfo{p.Name, p.Value})
	}
	out := newBodyWriter()
	out.field("inputs", m.Inputs)
	out.field("target", m.Target)
	out.field("standardize", describeScaling(m.Scaling))
	out.field("kernel_text", kernelText(m.Prior.Kernel, m.Inputs))
	out.field("parameters", params)
	out.indented("kernel", k)
	out.field("mean", mean)
	out.field("jitter", m.Prior.Jitter)
	if solver != "" {
		out.field("solver", solver)
	}
	out.field("noise_variance", noiseNumbers(m.Noise))
	out.indented("fit", m.Fit)
	own := m.Kind.form()
	for _, member := range members(own.version) {
		if member == own.member {
			out.object(member, m.Kind.write)
		} else {
			out.field(member, nil)
		}
	}
	x, y := m.Kind.xy()
	out.matrix("x", rowsOf(x))
	out.numbers("y", y)
	return out.close()
}

// readModel reads a model from a file whose checksum it verifies first.
func readModel(src source) (*Model, error) {
	if err := src.sniff(modelKind()); err != nil {
		return nil, err
	}
	text, err := src.at(0, src.size)
	if err != nil {
		return nil, err
	}
	body, version, err := openEnvelope(text)
	if err != nil {
		return nil, err
	}
	m, err := unmarshalBody(body, version)
	if err != nil {
		return nil, invalid("model: %s", err)
	}
	return m, nil
}

// unmarshalBody returns the model of a body.
func unmarshalBody(text []byte, version int) (*Model, error) {
	var b modelBody
	kinds, err := decodeWith(text, &b, members(version))
	if err != nil {
		return nil, err
	}
	d := len(b.Inputs)
	switch {
	case d == 0:
		return nil, fmt.Errorf("inputs: there are none")
	case b.Noise == nil:
		return nil, fmt.Errorf("noise_variance is null")
	case b.Fit == nil:
		return nil, fmt.Errorf("fit is null")
	}
	m := &Model{
		Prior:  gp.Prior{Jitter: b.Jitter},
		Inputs: b.Inputs, Target: b.Target, Scaling: b.Standardize.scaling(), Fit: *b.Fit,
	}
	if m.Prior.Kernel, err = b.Kernel.kernel(d); err != nil {
		return nil, err
	}
	if m.Prior.Mean, err = b.Mean.mean(d); err != nil {
		return nil, err
	}
	if m.Prior.Solver, err = solverOf(b.Solver); err != nil {
		return nil, err
	}
	if err := b.Noise.check("noise_variance", len(b.X), false); err != nil {
		return nil, err
	}
	m.Noise = b.Noise.noise()
	if m.Kind, err = readKind(kinds, version, &b); err != nil {
		return nil, err
	}
	return m, m.check()
}

// readKind returns the kind whose member is not null, and where all are null that
// which has none.
func readKind(kinds map[string]json.RawMessage, version int, b *modelBody) (Kind, error) {
	var given []string
	own := forms()[0]
	for _, f := range forms() {
		if text, ok := kinds[f.member]; ok && string(text) != "null" {
			given, own = append(given, f.member), f
		}
	}
	if want := min(1, len(kinds)); len(given) != want {
		return nil, fmt.Errorf("%d of the fields %q of a model of version %d are not null, want %d", len(given), members(version), version, want)
	}
	return own.read(kinds[own.member], b)
}

// openEnvelope returns the body and the version of a text that starts with
// modelMagic, after checking everything around it.
func openEnvelope(text []byte) (body []byte, version int, err error) {
	rest := text[len(modelMagic):]
	digits := slices.IndexFunc(rest, func(c byte) bool { return c < '0' || c > '9' })
	if digits < 0 {
		return nil, 0, reject(ErrCutShort, "cut short: %d bytes", len(text))
	}
	known, err := strconv.ParseUint(string(rest[:digits]), 10, 64)
	switch {
	case err != nil || rest[0] == '0':
		return nil, 0, reject(ErrAltered, "altered: the version is not a number from 1")
	case known > modelVersion:
		return nil, 0, newer(known, modelVersion)
	}
	rest = rest[digits:]
	const sumSize = 2 * hashSize
	switch {
	case len(rest) < len(beforeSum)+sumSize+len(beforeBody)+len(lastBytes):
		return nil, 0, reject(ErrCutShort, "cut short: %d bytes", len(text))
	case !bytes.HasPrefix(rest, []byte(beforeSum)) || !bytes.HasPrefix(rest[len(beforeSum)+sumSize:], []byte(beforeBody)):
		return nil, 0, reject(ErrAltered, "altered: the fields before the model are not as they should be")
	}
	sum := rest[len(beforeSum):][:sumSize]
	if !bytes.HasSuffix(rest, []byte(lastBytes)) {
		return nil, 0, reject(ErrCutShort, "cut short or altered: the end is missing")
	}
	body = rest[len(beforeSum)+sumSize+len(beforeBody) : len(rest)-len(afterBody)]
	if string(sum) != hex.EncodeToString(sumOf(body)) {
		return nil, 0, reject(ErrAltered, "altered or damaged: the checksum does not match")
	}
	return body, int(known), nil
}
