package kernel

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"matheron/internal/gram"
)

// families are the kernels of this package that are no sum, product or wrapper: one a
// line, each described in its own file.
var families = [...]*Family{
	&rbf,
	&matern12,
	&matern32,
	&matern52,
	&rationalQuadratic,
	&poweredExponential,
	&periodic,
	&cosine,
	&linear,
	&polynomial,
	&arcCosine,
	&constant,
	&white,
}

// Families returns the descriptions of all leaf kernels of this package.
func Families() []*Family { return slices.Clone(families[:]) }

// Family describes a kind of leaf kernels: all that the parser, files, fits, engines
// and tables know of it. It must not be modified.
type Family struct {
	// Name is its name in the text form, such as rational_quadratic.
	Name string
	// Aliases are what it is called elsewhere, in lower case and without _.
	Aliases []string
	// Formula is k(x, y), and Use what its functions are like and what they are for:
	// a line of a table.
	Formula, Use string
	// Fields are the exported fields of its Go type, in their order.
	Fields []Field
	// Features says what its prior basis is like.
	Features Features
	// Line says that its functions can follow a straight line, and Level that they
	// have a level of their own beside that of a mean.
	Line, Level bool
	// Inputless says that k does not depend on where x and y are.
	Inputless bool

	zero Kernel // of the Go type
	// model returns what internal/gram evaluates. It reads the structure of k alone:
	// its layouts and whole numbers.
	model func(k Kernel) gram.Model
	// rough reports that the functions of k are not differentiable; nil for never.
	rough func(k Kernel) bool
	// white says that it is noise of observations, and flat that it is its variance
	// everywhere.
	white, flat bool
}

// Field describes an exported field of a kernel's Go type: parameters, or a whole
// number that is structure.
type Field struct {
	// Name is that of the parameter. The Go field has it in another case:
	// bias_variance is BiasVariance.
	Name   string
	Role   Role
	Layout Layout
	// Lower and Upper bound its values: an open interval for parameters, the least and
	// the largest whole number otherwise, where Default is the number of a text that
	// has none.
	Lower, Upper float64
	Default      int
	// Zero says that a fixed value may be 0.
	Zero bool
	// Features says how the features depend on the parameter.
	Features Dependence
}

// Dependence says how the features phi of a kernel depend on a parameter θ, the random
// numbers that they are made of being the same:
//
//	θ dphi/dθ = Amplitude phi + Stretch sum_d x_d dphi/dx_d
//
// over the inputs d that θ is of. Both are 0 where it is no such simple function.
type Dependence struct{ Amplitude, Stretch float64 }

// Layout is how many numbers a field has.
type Layout int

// The layouts of fields.
const (
	One       Layout = iota // one number
	PerInputs               // a PerInput: one number for all inputs, or one each
	EachInput               // one number for each input
	Whole                   // a whole number that is structure and no parameter
)

// Role is what a parameter means: its unit, from which a fit takes its scale, its
// default prior and its starts.
type Role int

// The roles of parameters. Unit y is that of f, x that of an input.
const (
	RoleNone                Role = iota // of a whole number
	RoleVariance                        // of f: y²
	RoleSlopeVariance                   // of the slope along an input: y²/x²
	RoleInterceptVariance               // of a line's value at x = 0: y²
	RoleCoefficientVariance             // of a polynomial's leading coefficients: y²/x^(2 degree)
	RoleOffset                          // added to a dot product of inputs: x²
	RoleWeightVariance                  // of weights of inputs: 1/x²
	RoleBiasVariance                    // of what is added to weighted inputs: 1
	RoleLengthscale                     // x
	RoleRelativeLengthscale             // in parts of a period: 1
	RolePeriod                          // x
	RoleShape                           // a positive number near 1
	RolePower                           // an exponent within an interval
)

// Features says what the prior basis of a kernel is.
type Features int

// What a prior basis is.
const (
	Random Features = iota // random features, of which k is the mean
	Exact                  // finitely many, exactly
	Few                    // exact ones while they are no more than are asked for; random ones otherwise
	None                   // no functions
)

// Fields that kernels share.
var (
	varianceField    = Field{Name: "variance", Role: RoleVariance, Upper: math.Inf(1), Zero: true, Features: Dependence{Amplitude: 0.5}}
	lengthscaleField = Field{Name: "lengthscale", Role: RoleLengthscale, Layout: PerInputs, Upper: math.Inf(1), Features: Dependence{Stretch: -1}}
	periodField      = Field{Name: "period", Role: RolePeriod, Layout: PerInputs, Upper: math.Inf(1)}
)

// described is a kernel of this package. The method is promoted to a type that embeds
// one, by which it is recognised; see [foreign].
type described interface{ description() *Family }

// FamilyOf returns the description of a leaf of this package, and nil for any other
// kernel, among them types that embed one.
func FamilyOf(k Kernel) *Family {
	t := reflect.TypeOf(k)
	for _, f := range families {
		if reflect.TypeOf(f.zero) == t {
			return f
		}
	}
	return nil
}

// findFamily returns the family of that name, or nil.
func findFamily(name string) *Family {
	for _, f := range families {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Type returns the name of the Go type, such as RBF, which stands in parameter names.
func (f *Family) Type() string { return reflect.TypeOf(f.zero).Name() }

// White reports whether it is noise of observations and no function.
func (f *Family) White() bool { return f.white }

// TakesARD reports whether a parameter has a number for each input, or can have.
func (f *Family) TakesARD() bool {
	return f.perInputs() || f.eachInput()
}

// field returns the field of that name, or nil.
func (f *Family) field(name string) *Field {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return &f.Fields[i]
		}
	}
	return nil
}

// has reports whether a field has the role.
func (f *Family) has(r Role) bool {
	return slices.ContainsFunc(f.Fields, func(q Field) bool { return q.Role == r })
}

// Cycles reports whether its functions have a period.
func (f *Family) Cycles() bool { return f.has(RolePeriod) }

// paramNames returns the names of the fields that are parameters.
func (f *Family) paramNames() []string {
	var out []string
	for _, q := range f.Fields {
		if q.Layout != Whole {
			out = append(out, q.Name)
		}
	}
	return out
}

// contains reports whether v is a value of a parameter, or of a fixed one.
func (q *Field) contains(v float64) bool {
	return v > q.Lower && v < q.Upper || q.Zero && v == 0
}

// Values are those of a field.
type Values struct {
	Field
	// Numbers are one or several.
	Numbers []float64
	// Each says that there is one for each input.
	Each bool
}

// Check returns an error unless v are values that the field may have for inputs of d
// columns.
func (v Values) Check(d int) error {
	switch {
	case v.Each && v.Layout != PerInputs && v.Layout != EachInput:
		return fmt.Errorf("%s must be a number", v.Name)
	case !v.Each && v.Layout == EachInput:
		return fmt.Errorf("%s must be a list", v.Name)
	case v.Each && (len(v.Numbers) != d || d == 0):
		return fmt.Errorf("%d numbers of %s, want %d", len(v.Numbers), v.Name, d)
	case !v.Each && len(v.Numbers) != 1:
		return fmt.Errorf("%d numbers of %s, want one", len(v.Numbers), v.Name)
	}
	for _, x := range v.Numbers {
		if v.Layout == Whole {
			if x != math.Trunc(x) || x < v.Lower || x > v.Upper {
				return fmt.Errorf("%s is %v, want a whole number from %v to %v", v.Name, x, v.Lower, v.Upper)
			}
		} else if !v.contains(x) {
			return fmt.Errorf("%s is %v", v.Name, x)
		}
	}
	return nil
}

// Values returns those of k, which must be of the family, for each of Fields.
func (f *Family) Values(k Kernel) []Values {
	v := reflect.ValueOf(k)
	out := make([]Values, len(f.Fields))
	for i, q := range f.Fields {
		out[i].Field = q
		switch field := v.Field(i); q.Layout {
		case Whole:
			out[i].Numbers = []float64{float64(field.Int())}
		default:
			out[i].Numbers = appendNumbers(nil, field)
			out[i].Each = q.Layout == EachInput || q.Layout == PerInputs && eachOf(field)
		}
	}
	return out
}

// Make returns the kernel with these values, one for each of Fields. It panics if they
// do not fit; see [Values.Check].
func (f *Family) Make(values []Values) Kernel {
	v := reflect.New(reflect.TypeOf(f.zero)).Elem()
	for i, q := range f.Fields {
		numbers := slices.Clone(values[i].Numbers)
		switch field := v.Field(i); {
		case q.Layout == Whole:
			field.SetInt(int64(numbers[0]))
		case q.Layout == One:
			field.SetFloat(numbers[0])
		case q.Layout == EachInput:
			field.Set(reflect.ValueOf(numbers))
		case values[i].Each:
			field.Set(reflect.ValueOf(ARD(numbers...)))
		default:
			field.Set(reflect.ValueOf(Shared(numbers[0])))
		}
	}
	return v.Interface().(Kernel)
}

// New returns the kernel for inputs of d columns with all parameters 1 and whole
// numbers at their defaults; ard gives a number to each input wherever it can.
func (f *Family) New(d int, ard bool) Kernel { return f.build(layout{inputs: d, ard: ard}) }

// layout is what the number of a kernel's parameters depends on.
type layout struct {
	inputs int // that the kernel sees
	ard    bool
	whole  []int // values of the whole numbers in order; nil for the defaults
}

// build returns the kernel with all parameters 1.
func (f *Family) build(l layout) Kernel {
	values := make([]Values, len(f.Fields))
	whole := 0
	for i, q := range f.Fields {
		values[i] = Values{Field: q, Numbers: []float64{1}}
		switch {
		case q.Layout == Whole:
			values[i].Numbers[0] = float64(q.Default)
			if l.whole != nil {
				values[i].Numbers[0] = float64(l.whole[whole])
			}
			whole++
		case q.Layout == EachInput, q.Layout == PerInputs && l.ard:
			values[i].Numbers, values[i].Each = ones(l.inputs), true
		}
	}
	return f.Make(values)
}

// perInputs reports whether a field is a PerInput, and eachInput whether one has a
// number for each input always.
func (f *Family) perInputs() bool { return f.hasLayout(PerInputs) }
func (f *Family) eachInput() bool { return f.hasLayout(EachInput) }

func (f *Family) hasLayout(l Layout) bool {
	return slices.ContainsFunc(f.Fields, func(q Field) bool { return q.Layout == l })
}

// layoutOf returns the layout of k but for the number of inputs.
func (f *Family) layoutOf(k Kernel) layout {
	var l layout
	for _, v := range f.Values(k) {
		switch v.Layout {
		case Whole:
			l.whole = append(l.whole, int(v.Numbers[0]))
		case PerInputs:
			l.ard = v.Each
		}
	}
	return l
}

func ones(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

// foreign returns an error for a kernel that embeds one of this package: Go promotes
// all methods of the embedded kernel, and those that the type does not override would
// answer for the embedded kernel in silence. Such a type has the kernel in a field with
// a name, and the methods that it means. A leaf of another package is no error.
func foreign(k Kernel) error {
	if _, ok := k.(described); !ok {
		return nil
	}
	t := reflect.TypeOf(k)
	if isOurs(t) || t.Kind() == reflect.Pointer && isOurs(t.Elem()) {
		return nil // of a pointer all methods are those of what it points at
	}
	return fmt.Errorf("kernel type %v embeds a kernel of this package, whose methods it has wherever it does not override them: "+
		"put that kernel into a field with a name, and write the methods that are meant", t)
}

// checkTypes returns the error of [foreign] for the first leaf of k that has one.
func checkTypes(k Kernel) error {
	return Walk(k, func(l Leaf) error { return foreign(l.Kernel) })
}

// isOurs reports whether a type is a kernel of this package.
func isOurs(t reflect.Type) bool {
	for _, f := range families {
		if reflect.TypeOf(f.zero) == t {
			return true
		}
	}
	return slices.Contains([]reflect.Type{
		reflect.TypeFor[Sum](), reflect.TypeFor[Product](), reflect.TypeFor[Scaled](), reflect.TypeFor[Active](), reflect.TypeFor[Fixed](),
	}, t)
}

// splitParam returns the parameter of a leaf's parameter name such as
// RBF.lengthscale[2], and whether it has an index.
func splitParam(name string) (param string, indexed bool) {
	name = name[strings.LastIndexByte(name, '.')+1:]
	param, _, indexed = strings.Cut(name, "[")
	return param, indexed
}
