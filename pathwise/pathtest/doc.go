// Package pathtest checks that functions keep the promises of package function: draws
// of a user's own sampler that pass can be used wherever paths of package pathwise
// are.
//
//	func TestMySampler(t *testing.T) {
//		draws := mySampler.Draw(key, 400)
//		pathtest.Test(t, draws, pathtest.Options{Points: grid, Mean: mean, Cov: cov})
//	}
//
// What flows in is [function.Functions], with whatever else they can do
// ([function.Grader], [function.EachGrader], [function.SumGrader],
// [function.EachEvaler], [function.EvalerTo], [function.Momenter]). What flows out is
// nil, or an error that names the promise, the function and the point.
//
// The promises are: the shape S x N, finite values, inputs left as they are;
// the same functions on every call, on every goroutine and for every subset,
// order and number of points (each row of the input alone decides its column of
// the output), and for every way to evaluate them; gradients that are those of the
// values, and weighted sums that are those of the gradients; moments that are those
// of a distribution,
//
//	|mean_s f_s(a) - m_a|                       <= z sqrt(C_aa/S)
//	|mean_s (f_s(a)-m_a)(f_s(b)-m_b) - C_ab|    <= z sqrt((C_aa C_bb + C_ab^2)/S)
//
// with the moments that are given, or with the functions' own where they state them.
//
// Cost: some ten evaluations for each point, and the gradients.
package pathtest
