package rng

// Bytes returns the key as 32 bytes, for a file.
func (k Key) Bytes() [32]byte { return k.state }

// FromBytes returns the key that Bytes was called on.
func FromBytes(b [32]byte) Key { return Key{b} }
