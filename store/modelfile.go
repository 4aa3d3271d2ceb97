package store

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
)

// A file of a model is the JSON object
//
//	{"format":"matheron model","version":V,"sha256":"HEX","model":BODY}
//
// with V 1 or 2, exactly these bytes around BODY, a newline at the end, and in HEX the
// SHA-256 of the bytes of BODY in lower case. The last line of BODY is its
// closing brace alone; no other line starts with one.
const (
	modelMagic   = `{"format":"matheron model","version":`
	modelVersion = 2 // the greatest that is read

	beforeSum  = `,"sha256":"`
	beforeBody = `","model":`
	afterBody  = "}\n"
	lastBytes  = "\n}" + afterBody
)

// writeModel writes the body twice: once to be hashed.
func writeModel(w io.Writer, b *modelBodyV2) error {
	h := newHash()
	if err := b.writeTo(h); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%s%d%s%x%s", modelMagic, b.version(), beforeSum, h.Sum(nil), beforeBody); err != nil {
		return err
	}
	if err := b.writeTo(w); err != nil {
		return err
	}
	_, err := io.WriteString(w, afterBody)
	return err
}

// readModel reads a model from a file whose checksum it verifies first.
func readModel(src source) (*Model, error) {
	if err := src.sniff(modelKind()); err != nil {
		return nil, err
	}
	text, err := src.at(0, src.size)
	if err != nil {
		return nil, err
	}
	body, version, err := openEnvelope(text)
	if err != nil {
		return nil, err
	}
	b, err := decodeModelBody(body, version)
	if err != nil {
		return nil, invalid("model: %s", err)
	}
	m, err := b.model()
	if err != nil {
		return nil, invalid("%s", err)
	}
	return m, nil
}

// decodeModelBody reads the body of a version. One of version 2 has what version
// 1 has not.
func decodeModelBody(text []byte, version uint64) (*modelBodyV2, error) {
	var b modelBodyV2
	if version == 1 {
		err := decode(text, &b.modelBody)
		return &b, err
	}
	if err := decode(text, &b); err != nil {
		return nil, err
	}
	if b.version() != 2 {
		return nil, fmt.Errorf("neither draws nor sparse")
	}
	return &b, nil
}

// openEnvelope returns the body and the version of a text that starts with
// modelMagic, after checking everything around it.
func openEnvelope(text []byte) (body []byte, version uint64, err error) {
	rest := text[len(modelMagic):]
	digits := 0
	for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	if digits == len(rest) {
		return nil, 0, reject(ErrCutShort, "cut short: %d bytes", len(text))
	}
	version, err = strconv.ParseUint(string(rest[:digits]), 10, 64)
	switch {
	case err != nil || rest[0] == '0':
		return nil, 0, reject(ErrAltered, "altered: the version is not a number from 1")
	case version > modelVersion:
		return nil, 0, newer(version, modelVersion)
	}
	rest = rest[digits:]
	const sumSize = 2 * hashSize
	switch {
	case len(rest) < len(beforeSum)+sumSize+len(beforeBody)+len(lastBytes):
		return nil, 0, reject(ErrCutShort, "cut short: %d bytes", len(text))
	case !bytes.HasPrefix(rest, []byte(beforeSum)) || !bytes.HasPrefix(rest[len(beforeSum)+sumSize:], []byte(beforeBody)):
		return nil, 0, reject(ErrAltered, "altered: the fields before the model are not as they should be")
	}
	sum := rest[len(beforeSum):][:sumSize]
	if !bytes.HasSuffix(rest, []byte(lastBytes)) {
		return nil, 0, reject(ErrCutShort, "cut short or altered: the end is missing")
	}
	body = rest[len(beforeSum)+sumSize+len(beforeBody) : len(rest)-len(afterBody)]
	h := newHash()
	h.Write(body)
	if string(sum) != hex.EncodeToString(h.Sum(nil)) {
		return nil, 0, reject(ErrAltered, "altered or damaged: the checksum does not match")
	}
	return body, version, nil
}
