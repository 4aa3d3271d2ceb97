package store

import (
	"fmt"

	"matheron/data"
)

// scalingNode is a standardisation in JSON:
//
//	{"inputs":{NAME:[mean,sd], ...},"target":[mean,sd]}
//
// with the inputs in their order.
type scalingNode struct{ data.Scaling }

// describeScaling returns the node of s, nil for none.
func describeScaling(s *data.Scaling) *scalingNode {
	if s == nil {
		return nil
	}
	return &scalingNode{*s}
}

// scaling returns what n describes.
func (n *scalingNode) scaling() *data.Scaling {
	if n == nil {
		return nil
	}
	return &n.Scaling
}

// UnmarshalJSON reads what MarshalJSON of [data.Scaling] writes, and nothing else.
func (n *scalingNode) UnmarshalJSON(text []byte) error {
	var parts struct {
		Inputs affines    `json:"inputs"`
		Target [2]float64 `json:"target"`
	}
	if err := decode(text, &parts); err != nil {
		return err
	}
	n.Names, n.Inputs = parts.Inputs.names, parts.Inputs.affines
	n.Target = affineOf(parts.Target)
	return nil
}

// affines are the standardisations of inputs, in order.
type affines struct {
	names   []string
	affines []data.Affine
}

// UnmarshalJSON reads {NAME:[mean,sd], ...}.
func (a *affines) UnmarshalJSON(text []byte) error {
	d, err := newDecoder(text)
	if err != nil {
		return err
	}
	return d.members(func(name string) error {
		pair, err := d.skip()
		if err != nil {
			return err
		}
		var numbers [2]float64
		if err := decode(pair, &numbers); err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
		a.names, a.affines = append(a.names, name), append(a.affines, affineOf(numbers))
		return nil
	})
}

func affineOf(pair [2]float64) data.Affine { return data.Affine{Shift: pair[0], Scale: pair[1]} }
