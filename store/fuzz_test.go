package store

import "testing"

// FuzzLoadPaths reads bytes as a file and, with a right checksum, as header and arrays.
func FuzzLoadPaths(f *testing.F) {
	raw := pathsBytes(f)
	header, arrays := splitPaths(raw)
	f.Add(raw, []byte{})
	f.Add(header, arrays)
	for _, c := range storedCases() {
		c.sampler.Features = 3
		if c.name == "periodic ard" {
			continue // its exact features are many
		}
		file, err := fileOf(c.paths(f, 2))
		if err != nil {
			f.Fatal(err)
		}
		header, arrays := splitPaths(file)
		f.Add(header, arrays)
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		usePaths(t, a)
		usePaths(t, sealPaths(a, b))
	})
}

// FuzzLoadModel reads bytes as a file and, with a right checksum, as a body.
func FuzzLoadModel(f *testing.F) {
	raw := modelBytes(f)
	f.Add(raw)
	f.Add(bodyOf(raw))
	for _, c := range storedCases() {
		body, err := marshalBody(c.model(f))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		useModel(t, b)
		useModel(t, sealModel(b))
	})
}
