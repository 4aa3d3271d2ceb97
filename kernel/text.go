package kernel

// The text form of kernels.
//
//	sum     = product { "+" product }
//	product = factor { "*" factor }
//	factor  = number | "(" sum ")" | name [ "(" [ argument { "," argument } ] ")" ]
//	argument = "ard" | whole "=" integer | "dims" "=" columns | setting
//	         | ( "fixed" | "free" ) "(" setting { "," setting } ")"
//	setting = parameter [ "[" integer "]" ] "=" ( number | "[" number { "," number } "]" )
//	columns = column | "[" column { "," column } "]"
//	column  = integer [ ":" integer ] | name | quoted
//
// Within fixed and free a setting may leave out "=" and the number.

// Limits of the text form. They are far beyond any kernel that can be fitted
// and keep a hostile text from using up the stack or the memory.
const (
	maxText    = 1 << 18 // bytes
	maxNesting = 100     // parentheses
	maxNumbers = 1 << 18 // parameters, fixed ones included
)

// Expr is a kernel read from text.
type Expr struct {
	Kernel Kernel
	// Written says for each of Params(Kernel) whether the text gave its
	// number, where a fit starts; otherwise it is 1.
	Written []bool
}

// Parse reads a kernel for inputs with these column names, such as
//
//	rbf(ard)*periodic + linear
//	2*rbf(lengthscale=0.3, variance=2) + white
//	matern32(dims=0:2) * periodic(dims=year, fixed(period=1))
//
// The kernels are those of [Families]: rbf, matern12, matern32, matern52,
// rational_quadratic, powered_exponential, periodic, cosine, linear, polynomial,
// arc_cosine, constant and white. They join by + and *, which flatten: (a + b) + c is one sum of three. A number is a fixed scale
// ([Scaled]); a scaled group, 2*(a + b) + c, stays a group.
//
// In the parentheses of a kernel stand
//
//   - numbers, lengthscale=0.3, where a fit starts (otherwise 1);
//   - ard: a lengthscale and a period for each input, [ARD]. Only with it are
//     there lists, lengthscale=[0.3, 2], and indices, lengthscale[1]=2; one
//     number is for all inputs. The variances of linear are always one an input;
//     constant, polynomial and white refuse ard;
//   - dims=0:2 (columns 0 and 1), dims=2, dims=year, dims="wind speed" or a
//     list of these: the columns that the kernel sees, in that order ([Active]);
//   - degree=3 of a polynomial, from 1 to 20 (otherwise 3), and order=1 of an
//     arc_cosine, from 0 to 2 (otherwise 1);
//   - fixed(period=1): parameters that stay at a number ([Fix]), and
//     free(variance=2): parameters that are not, whatever the next rule says.
//
// In a product only the variances of the first factor are free, since only the
// product of all shows. The variances of every other factor are fixed, at 1 or
// at the number written for them; where such a factor is a sum, those of its
// first term are, and the other terms keep theirs, which say how large they
// are beside the first. The bias of a linear or polynomial factor is free.
//
// The error is a [*SyntaxError]. White noise as a factor is one.
func Parse(text string, inputs []string) (Expr, error) {
	p := newParser(text, inputs)
	root, err := p.parse()
	if err != nil {
		return Expr{}, err
	}
	root.applyProductRule()
	if w := root.whiteFactor(false); w != nil {
		return Expr{}, p.errorAt(w.offset, "white noise cannot be a factor of a product")
	}
	e := Expr{Kernel: root.kernel()}
	root.eachLeaf(func(l *leaf) {
		for _, n := range l.numbers {
			if !n.fixed() {
				e.Written = append(e.Written, n.written)
			}
		}
	})
	return e, nil
}
