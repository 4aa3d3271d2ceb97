package store

import (
	"fmt"
	"slices"

	"matheron/gp"
)

// meanNode is a mean function in JSON.
type meanNode struct {
	Type      string    `json:"type"`
	Value     *float64  `json:"value,omitempty"`
	Intercept *float64  `json:"intercept,omitempty"`
	Slopes    []float64 `json:"slopes,omitempty"`
}

// meanTree returns the mean m of d inputs, nil for zero.
func meanTree(m gp.Mean, d int) (*meanNode, error) {
	var n *meanNode
	switch t := m.(type) {
	case nil, gp.Zero:
		n = &meanNode{Type: "Zero"}
	case gp.Constant:
		n = &meanNode{Type: "Constant", Value: &t.Value}
	case gp.Linear:
		n = &meanNode{Type: "Linear", Intercept: &t.Intercept, Slopes: t.Slopes}
	case gp.Func:
		return nil, fmt.Errorf("the mean is a Go function, which no file can hold: subtract it from the targets, or use a constant or linear mean")
	default:
		return nil, fmt.Errorf("no form for a mean of type %T", m)
	}
	_, err := n.mean(d)
	return n, err
}

// mean returns the mean function of d inputs.
func (n *meanNode) mean(d int) (gp.Mean, error) {
	if n == nil {
		return nil, fmt.Errorf("no mean")
	}
	var want []string
	switch n.Type {
	case "Zero":
	case "Constant":
		want = []string{"value"}
	case "Linear":
		want = []string{"intercept", "slopes"}
	default:
		return nil, fmt.Errorf("unknown mean %q", n.Type)
	}
	if given := givenFields(n); !slices.Equal(given, want) {
		return nil, fmt.Errorf("mean %s has the fields %q, want %q", n.Type, given, want)
	}
	var m gp.Mean = gp.Zero{}
	var numbers []float64
	switch n.Type {
	case "Constant":
		m, numbers = gp.Constant{Value: *n.Value}, []float64{*n.Value}
	case "Linear":
		if len(n.Slopes) != d {
			return nil, fmt.Errorf("a mean of %d slopes for %d inputs", len(n.Slopes), d)
		}
		m, numbers = gp.Linear{Intercept: *n.Intercept, Slopes: n.Slopes}, append([]float64{*n.Intercept}, n.Slopes...)
	}
	if i := notFinite(numbers); i >= 0 {
		return nil, fmt.Errorf("a number of the mean is %v", numbers[i])
	}
	return m, nil
}
