package kernel

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a piece of a kernel text. Its kind is one of the constants below or
// the punctuation character itself.
type token struct {
	kind   rune
	text   string // a quoted name without its quotes; of tokenBad, the reason
	offset int
}

const (
	tokenEnd    rune = -1 - iota
	tokenName        // a letter or _, then letters, digits and _
	tokenNumber      // 2, 0.3, .5, 1e-3
	tokenQuoted      // "wind speed" or 'wind speed'
	tokenBad         // what no token starts with
)

// punctuation has - and / and ^ too, for messages that say what is wrong.
const punctuation = "+*()[]=,:-/^"

// lex returns the token of text that starts at or behind offset, and where it ends.
func lex(text string, offset int) (token, int) {
	for {
		r, n := utf8.DecodeRuneInString(text[offset:])
		if n == 0 {
			return token{kind: tokenEnd, offset: offset}, offset
		}
		if !unicode.IsSpace(r) {
			break
		}
		offset += n
	}
	r, width := utf8.DecodeRuneInString(text[offset:])
	switch {
	case strings.ContainsRune(punctuation, r):
		return token{r, text[offset : offset+width], offset}, offset + width
	case isNameRune(r, false):
		end := offset
		for end < len(text) {
			r, n := utf8.DecodeRuneInString(text[end:])
			if !isNameRune(r, true) {
				break
			}
			end += n
		}
		return token{tokenName, text[offset:end], offset}, end
	case r == '"' || r == '\'':
		n := strings.IndexRune(text[offset+1:], r)
		if n < 0 {
			return token{tokenBad, "a quoted name without its closing quote", offset}, len(text)
		}
		end := offset + 1 + n
		return token{tokenQuoted, text[offset+1 : end], offset}, end + 1
	}
	if end := numberEnd(text, offset); end > offset {
		return token{tokenNumber, text[offset:end], offset}, end
	}
	return token{tokenBad, "unexpected " + quoted(text[offset:offset+width]), offset}, offset + width
}

func isNameRune(r rune, inside bool) bool {
	return r == '_' || r != utf8.RuneError && unicode.IsLetter(r) || inside && unicode.IsDigit(r)
}

// numberEnd returns where the decimal number at offset ends, offset if there is none.
func numberEnd(text string, offset int) int {
	end := digitsEnd(text, offset)
	digits := end - offset
	if end < len(text) && text[end] == '.' {
		fraction := digitsEnd(text, end+1)
		digits += fraction - end - 1
		end = fraction
	}
	if digits == 0 {
		return offset
	}
	if end < len(text) && (text[end] == 'e' || text[end] == 'E') {
		exponent := end + 1
		if exponent < len(text) && (text[exponent] == '+' || text[exponent] == '-') {
			exponent++
		}
		if e := digitsEnd(text, exponent); e > exponent {
			end = e
		}
	}
	return end
}

func digitsEnd(text string, offset int) int {
	for offset < len(text) && '0' <= text[offset] && text[offset] <= '9' {
		offset++
	}
	return offset
}
