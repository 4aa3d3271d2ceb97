package basis

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// kinds are the types of bases that files keep: one a line, each described in the
// file of its type.
var kinds = [...]Kind{
	fourierKind,
	harmonicsKind,
	monomialsKind,
	rectifiedKind,
	scaledKind,
	activeKind,
	kroneckerKind,
	pairedKind,
	stackKind,
}

// Kind says what a file keeps of the bases of a type, and makes them of it.
type Kind struct {
	// Name is that of the type.
	Name string
	// Forms are the shapes that it may have; nil where there is one.
	Forms []string
	// Scalars name its numbers, and Arrays its arrays, in their order.
	Scalars []string
	Arrays  []ArrayKind
	// Columns says that its part sees some columns of the inputs.
	Columns bool
	// Parts is the number of its parts; -1 for any.
	Parts int

	describe func(b Basis) (Description, bool)
	make     func(d Description) (Basis, error)
}

// ArrayKind says what an array is. The first has a row for each feature or frequency.
type ArrayKind struct {
	Name, About string
	// Column says that it has one number for each row of the first, and otherwise it
	// has one for each input.
	Column bool
	// Form is the only form that has it; empty for all.
	Form string
}

// Description is what a file keeps of a basis, in the order of its [Kind].
type Description struct {
	Kind    *Kind
	Form    string
	Scalars []float64
	Arrays  []Array // nil Data for one that the form does not have
	Columns []int
	Parts   []Basis
}

// Array is a matrix that is made when it is asked for.
type Array struct {
	Rows int
	Data func() *mat.Dense
}

// Describe returns the description of b. The error names the type of one that no file
// keeps.
func Describe(b Basis) (Description, error) {
	for i := range kinds {
		if d, ok := kinds[i].describe(b); ok {
			d.Kind = &kinds[i]
			return d, nil
		}
	}
	return Description{}, fmt.Errorf("no form for features of type %T", b)
}

// KindOf returns the kind of that name, or nil.
func KindOf(name string) *Kind {
	for i := range kinds {
		if kinds[i].Name == name {
			return &kinds[i]
		}
	}
	return nil
}

// Make returns the basis of a description with the shapes of its kind. The error is
// that of a number that no such basis has.
func (d Description) Make() (Basis, error) { return d.Kind.make(d) }

// kindOf completes a kind by how a T is described.
func kindOf[T Basis](k Kind, describe func(b T) Description) Kind {
	k.describe = func(b Basis) (Description, bool) {
		t, ok := b.(T)
		if !ok {
			return Description{}, false
		}
		return describe(t), true
	}
	return k
}

// matrix returns an array of a matrix.
func matrix(rows int, data func() *mat.Dense) Array { return Array{rows, data} }

// vector returns an array of one column.
func vector(v []float64) Array {
	return Array{len(v), func() *mat.Dense { return mat.NewDense(len(v), 1, v) }}
}

// column returns an array of one column as a vector.
func (a Array) column() []float64 { return mat.Col(nil, 0, a.Data()) }
