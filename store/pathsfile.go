package store

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
