package kernel

import (
	"slices"
	"strings"
)

// layout is what the number of a kernel's parameters depends on.
type layout struct {
	inputs int // that the kernel sees
	ard    bool
	degree int
}

// perInput returns ones, one an input under ard.
func (l layout) perInput() PerInput {
	if l.ard {
		return ARD(ones(l.inputs)...)
	}
	return Shared(1)
}

func ones(n int) []float64 {
	out := make([]float64, n)
	fill(out, 1)
	return out
}

// family is a kernel type of the text form.
type family struct {
	name      string
	takesARD  bool // ard may be written
	inputless bool // the inputs do not matter
	// build returns the kernel with all parameters 1.
	build func(l layout) Kernel
}

const (
	linearName     = "linear"
	polynomialName = "polynomial"
	whiteName      = "white"
)

// families are the kernels of the text form; they are only read.
var families = [...]family{
	{name: "rbf", takesARD: true, build: func(l layout) Kernel { return RBF{1, l.perInput()} }},
	{name: "matern12", takesARD: true, build: func(l layout) Kernel { return Matern12{1, l.perInput()} }},
	{name: "matern32", takesARD: true, build: func(l layout) Kernel { return Matern32{1, l.perInput()} }},
	{name: "matern52", takesARD: true, build: func(l layout) Kernel { return Matern52{1, l.perInput()} }},
	{name: "rational_quadratic", takesARD: true, build: func(l layout) Kernel { return RationalQuadratic{1, l.perInput(), 1} }},
	{name: "periodic", takesARD: true, build: func(l layout) Kernel { return Periodic{1, l.perInput(), l.perInput()} }},
	{name: "cosine", takesARD: true, build: func(l layout) Kernel { return Cosine{1, l.perInput()} }},
	{name: linearName, takesARD: true, build: func(l layout) Kernel { return Linear{1, ones(l.inputs)} }},
	{name: polynomialName, build: func(l layout) Kernel { return Polynomial{1, 1, l.degree} }},
	{name: "constant", inputless: true, build: func(layout) Kernel { return Constant{1} }},
	{name: whiteName, inputless: true, build: func(layout) Kernel { return White{1} }},
}

// defaultDegree is the degree of a polynomial without one.
const defaultDegree = 3

// familyOf returns the family of a leaf and, but for the number of inputs, its
// layout; nil for a type that the text form does not have.
func familyOf(k Kernel) (*family, layout) {
	switch t := k.(type) {
	case RBF:
		return findFamily("rbf"), layout{ard: t.Lengthscale.IsARD()}
	case Matern12:
		return findFamily("matern12"), layout{ard: t.Lengthscale.IsARD()}
	case Matern32:
		return findFamily("matern32"), layout{ard: t.Lengthscale.IsARD()}
	case Matern52:
		return findFamily("matern52"), layout{ard: t.Lengthscale.IsARD()}
	case RationalQuadratic:
		return findFamily("rational_quadratic"), layout{ard: t.Lengthscale.IsARD()}
	case Periodic:
		return findFamily("periodic"), layout{ard: t.Lengthscale.IsARD()}
	case Cosine:
		return findFamily("cosine"), layout{ard: t.Period.IsARD()}
	case Linear:
		return findFamily(linearName), layout{}
	case Polynomial:
		return findFamily(polynomialName), layout{degree: t.Degree}
	case Constant:
		return findFamily("constant"), layout{}
	case White:
		return findFamily(whiteName), layout{}
	}
	return nil, layout{}
}

// findFamily returns the family of that name, or nil.
func findFamily(name string) *family {
	for i := range families {
		if families[i].name == name {
			return &families[i]
		}
	}
	return nil
}

// splitParam returns the parameter and the index, -1 if there is none, of a
// leaf's parameter name such as RBF.lengthscale[2].
func splitParam(name string) (param string, indexed bool) {
	name = name[strings.LastIndexByte(name, '.')+1:]
	param, _, indexed = strings.Cut(name, "[")
	return param, indexed
}

// params returns the parameters of the family, without indices.
func (f *family) params() []string {
	var out []string
	for _, p := range Params(f.build(layout{inputs: 1, degree: 1})) {
		name, _ := splitParam(p.Name)
		out = append(out, name)
	}
	return out
}

// perInput reports whether a parameter has a number for each input under ard.
func (f *family) perInput(param string) bool {
	for _, p := range Params(f.build(layout{inputs: 1, degree: 1, ard: true})) {
		if name, indexed := splitParam(p.Name); name == param {
			return indexed
		}
	}
	return false
}

// otherNames are what kernels are called elsewhere, in lower case and without _.
var otherNames = map[string][]string{
	"se": {"rbf"}, "squaredexponential": {"rbf"}, "exponentiatedquadratic": {"rbf"}, "expquad": {"rbf"}, "gaussian": {"rbf"}, "sqexp": {"rbf"},
	"matern": {"matern12", "matern32", "matern52"}, "exp": {"matern12"}, "exponential": {"matern12"}, "ou": {"matern12"},
	"rq": {"rational_quadratic"}, "ratquad": {"rational_quadratic"}, "rational": {"rational_quadratic"},
	"per": {"periodic"}, "mackay": {"periodic"}, "expsinesquared": {"periodic"}, "seasonal": {"periodic"}, "cos": {"cosine"},
	"lin": {linearName}, "dot": {linearName}, "dotproduct": {linearName}, "poly": {polynomialName}, "quadratic": {"rational_quadratic", polynomialName},
	"const": {"constant"}, "bias": {"constant"}, "noise": {whiteName}, "whitenoise": {whiteName},
}

// suggest returns the kernels that an unknown name may mean, or none.
func suggest(name string) []string {
	plain := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "") }
	name = plain(name)
	if len(name) > 40 {
		return nil
	}
	if known := otherNames[name]; known != nil {
		return known
	}
	// Up to two slips, but never so many that most of the word is another one.
	least := min(2, len(name)/2) + 1
	var out []string
	for _, f := range families {
		switch d := editDistance(name, plain(f.name)); {
		case d < least:
			least, out = d, []string{f.name}
		case d == least && out != nil:
			out = append(out, f.name)
		}
	}
	return out
}

// editDistance returns the least number of insertions, deletions, changes and
// swaps of neighbours that turn a into b (optimal string alignment).
func editDistance(a, b string) int {
	s, t := []rune(a), []rune(b)
	d := make([][]int, len(s)+1)
	for i := range d {
		d[i] = make([]int, len(t)+1)
		d[i][0] = i
	}
	for j := range t {
		d[0][j+1] = j + 1
	}
	for i := range s {
		for j := range t {
			change := d[i][j]
			if s[i] != t[j] {
				change++
			}
			v := min(change, d[i][j+1]+1, d[i+1][j]+1)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				v = min(v, d[i-1][j-1]+1)
			}
			d[i+1][j+1] = v
		}
	}
	return d[len(s)][len(t)]
}

// listed joins words as "a, b or c".
func listed(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}

func familyNames() []string {
	out := make([]string, 0, len(families))
	for _, f := range families {
		out = append(out, f.name)
	}
	return slices.Clip(out)
}
