package store

import (
	"fmt"

	"matheron/pathwise"
)

// A file of paths is a container with the header of its version.
const (
	pathsMagic   = "\x89matheron paths\n"
	pathsVersion = 2 // the greatest that is read
)

// readPaths reads paths from a file whose checksum it verifies first.
func readPaths(src source) (*PathSet, error) {
	version, text, a, err := openContainer(src, pathsKind(), pathsVersion)
	if err != nil {
		return nil, err
	}
	h, err := decodePathsHeader(text, version)
	if err != nil {
		return nil, invalid("header: %s", err)
	}
	p, err := h.restore(a)
	if err != nil {
		return nil, invalid("%s", err)
	}
	return p, nil
}

// decodePathsHeader reads the header of a version as one of parts.
func decodePathsHeader(text []byte, version uint64) (*mixtureHeader, error) {
	if version == 1 {
		var h pathsHeader
		err := decode(text, &h)
		return h.parts(), err
	}
	var h mixtureHeader
	err := decode(text, &h)
	return &h, err
}

// pathsHeader is the header of a file of paths of version 1: those of one exact
// posterior.
type pathsHeader struct {
	pathsNames
	partHeader
}

// mixtureHeader is that of version 2: parts, one after the other.
type mixtureHeader struct {
	pathsNames
	Parts []*partNode `json:"parts"`
}

// pathsNames says how many paths a file has, and of what.
type pathsNames struct {
	Paths       int          `json:"paths"`
	Inputs      []string     `json:"inputs"`
	Target      string       `json:"target"`
	Standardize *scalingNode `json:"standardize"`
}

// layoutPaths returns the file of paths with these states, one a part.
func layoutPaths(p *PathSet, states []pathwise.State) (*container, error) {
	f := &container{kind: pathsKind(), version: 1}
	names := pathsNames{p.InModelUnits.Len(), p.InputNames, p.Target, describeScaling(p.Scaling)}
	var nodes []*partNode
	var before *pathwise.State
	for i := range states {
		n, err := layoutPart(p, &states[i], before, &f.arrays)
		if err != nil {
			return nil, err
		}
		nodes, before = append(nodes, n), &states[i]
	}
	var header any = pathsHeader{names, nodes[0].partHeader}
	if len(nodes) > 1 || nodes[0].Guide != nil {
		f.version, header = 2, mixtureHeader{names, nodes}
	}
	return f, f.describe(header)
}

// parts returns the header's parts, of whatever version.
func (h *pathsHeader) parts() *mixtureHeader {
	return &mixtureHeader{h.pathsNames, []*partNode{{Paths: h.Paths, partHeader: h.partHeader}}}
}

// restore reads the arrays and makes the paths.
func (h *mixtureHeader) restore(a *arrayReader) (*PathSet, error) {
	switch {
	case len(h.Inputs) == 0:
		return nil, fmt.Errorf("no inputs")
	case len(h.Parts) == 0:
		return nil, fmt.Errorf("no parts")
	}
	states := make([]pathwise.State, len(h.Parts))
	var before *pathwise.State
	total := 0
	for i, n := range h.Parts {
		if n == nil {
			return nil, fmt.Errorf("part %d: nothing there", i)
		}
		s, err := n.state(&h.pathsNames, before, a)
		if err != nil {
			if len(h.Parts) > 1 {
				err = fmt.Errorf("part %d: %w", i, err)
			}
			return nil, err
		}
		states[i], before = *s, s
		total += s.Paths
	}
	switch {
	case a.next != a.size:
		return nil, fmt.Errorf("%d bytes behind the arrays", a.size-a.next)
	case total != h.Paths:
		return nil, fmt.Errorf("%d paths in the parts of %d", total, h.Paths)
	}
	paths, err := pathwise.Restore(states...)
	if err != nil {
		return nil, err
	}
	return &PathSet{h.Inputs, h.Target, h.Standardize.scaling(), paths}, nil
}
