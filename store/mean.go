package store

import (
	"fmt"

	"matheron/gp"
)

// meanNode is a mean function in JSON.
type meanNode struct {
	Type      string    `json:"type"`
	Value     *float64  `json:"value,omitempty"`
	Intercept *float64  `json:"intercept,omitempty"`
	Slopes    []float64 `json:"slopes,omitempty"`
}

// meanTree returns the mean m of d inputs, nil standing for zero.
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
	has := func(value, intercept, slopes bool) error {
		if (n.Value != nil) != value || (n.Intercept != nil) != intercept || (n.Slopes != nil) != slopes {
			return fmt.Errorf("a mean %s has other fields than it should", n.Type)
		}
		return nil
	}
	var numbers []float64
	var m gp.Mean
	var err error
	switch n.Type {
	case "Zero":
		m, err = gp.Zero{}, has(false, false, false)
	case "Constant":
		if err = has(true, false, false); err == nil {
			m, numbers = gp.Constant{Value: *n.Value}, []float64{*n.Value}
		}
	case "Linear":
		if err = has(false, true, true); err == nil {
			if len(n.Slopes) != d {
				return nil, fmt.Errorf("a mean of %d slopes for %d inputs", len(n.Slopes), d)
			}
			m, numbers = gp.Linear{Intercept: *n.Intercept, Slopes: n.Slopes}, append([]float64{*n.Intercept}, n.Slopes...)
		}
	default:
		err = fmt.Errorf("unknown mean %q", n.Type)
	}
	if err != nil {
		return nil, err
	}
	if i := notFinite(numbers); i >= 0 {
		return nil, fmt.Errorf("a number of the mean is %v", numbers[i])
	}
	return m, nil
}
