package rng

import (
	"encoding/hex"
	"fmt"
)

// textLen is the number of digits of the text form.
const textLen = 64

// Bytes returns the 32 bytes of the key, for a file.
func (k Key) Bytes() [32]byte { return k.state }

// FromBytes returns the key with the given [Key.Bytes].
func FromBytes(b [32]byte) Key { return Key{b} }

// String returns the text form of the key: its bytes as 64 hexadecimal digits in lower
// case.
func (k Key) String() string { return hex.EncodeToString(k.state[:]) }

// MarshalText returns [Key.String], which is also the key in JSON. The error is nil.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText sets k to the key of a text form. The error is a [*KeyError] if the
// text is another than 64 digits 0-9 and a-f; k is unchanged then.
func (k *Key) UnmarshalText(text []byte) error {
	parsed, err := ParseKey(string(text))
	if err == nil {
		*k = parsed
	}
	return err
}

// UnmarshalJSON is [Key.UnmarshalText] for a JSON string. What is no string, null among
// it, is a [*KeyError] too: a key that is missing must not pass for one.
func (k *Key) UnmarshalJSON(data []byte) error {
	if n := len(data); n >= 2 && data[0] == '"' && data[n-1] == '"' {
		return k.UnmarshalText(data[1 : n-1])
	}
	return &KeyError{string(data), -1}
}

// ParseKey returns the key of a text form. The error is a [*KeyError].
func ParseKey(text string) (Key, error) {
	if len(text) != textLen {
		return Key{}, &KeyError{text, -1}
	}
	var k Key
	for i, c := range []byte(text) {
		digit, ok := hexDigit(c)
		if !ok {
			return Key{}, &KeyError{text, i}
		}
		k.state[i/2] = k.state[i/2]<<4 | digit
	}
	return k, nil
}

// hexDigit returns the value of a digit in lower case.
func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}

// KeyError is the error of a text that is no key.
type KeyError struct {
	Text string
	// Offset is the first byte that is no digit; -1 if the text has another length, or
	// is no string.
	Offset int
}

// Error says what is wrong with the text.
func (e *KeyError) Error() string {
	if e.Offset < 0 {
		return fmt.Sprintf("rng: a key has %d hexadecimal digits, not %.80q", textLen, e.Text)
	}
	return fmt.Sprintf("rng: a key has the digits 0-9 and a-f, not %q at byte %d", e.Text[e.Offset], e.Offset)
}
