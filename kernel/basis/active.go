package basis

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Active is a feature set over some columns of x: the inner basis sees
// x[Columns[0]], x[Columns[1]], ... as its inputs. Columns must not be modified
// after the first use.
type Active struct {
	Basis   Basis
	Columns []int
}

var _ Basis = Active{}

// Len returns the number of features of the inner basis.
func (a Active) Len() int { return a.Basis.Len() }

// Eval sets dst to the inner features of the active columns.
func (a Active) Eval(dst, x *mat.Dense) {
	if a.Len() == 0 {
		return
	}
	checkEval("Active", dst, x, a.Len(), -1)
	a.tiles(x, func(i, j int, xa, _ *mat.Dense) {
		a.Basis.Eval(rows(dst, i, j), xa)
	})
}

// InputGrad adds the inner gradient to the active columns of dst; the others
// are left as they are.
func (a Active) InputGrad(dst, w, x *mat.Dense) {
	if a.Len() == 0 {
		return
	}
	checkInputGrad("Active", dst, w, x, a.Len(), -1)
	a.tiles(x, func(i, j int, xa, g *mat.Dense) {
		g.Zero()
		a.Basis.InputGrad(g, weightRows(w, i, j), xa)
		for r := range j - i {
			row, gr := dst.RawRowView(i+r), g.RawRowView(r)
			for k, c := range a.Columns {
				row[c] += gr[k]
			}
		}
	})
}

// tiles calls f for rows i to j of x at a time with their active columns, and
// with room for a gradient of that shape.
func (a Active) tiles(x *mat.Dense, f func(i, j int, xa, g *mat.Dense)) {
	n, d := x.Dims()
	if len(a.Columns) == 0 {
		panic("basis: Active: no columns")
	}
	for _, c := range a.Columns {
		if c < 0 || c >= d {
			panic(fmt.Sprintf("basis: Active: column %d of an input with %d columns", c, d))
		}
	}
	t := min(n, tileRows)
	xa, g := mat.NewDense(t, len(a.Columns), nil), mat.NewDense(t, len(a.Columns), nil)
	for i := 0; i < n; i += t {
		j := min(i+t, n)
		for r := range j - i {
			row, in := xa.RawRowView(r), x.RawRowView(i+r)
			for k, c := range a.Columns {
				row[k] = in[c]
			}
		}
		f(i, j, rows(xa, 0, j-i), rows(g, 0, j-i))
	}
}

var activeKind = kindOf(Kind{
	Name:    "Active",
	Columns: true,
	Parts:   1,
	make:    func(d Description) (Basis, error) { return Active{Basis: d.Parts[0], Columns: d.Columns}, nil },
}, func(b Active) Description {
	return Description{Columns: b.Columns, Parts: []Basis{b.Basis}}
})
