package kernel

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SyntaxError says where and why a text is no kernel.
type SyntaxError struct {
	Text   string
	Offset int // in bytes of Text, from 0; len(Text) where it ends too early
	Reason string
}

// Character returns the place of the error in characters, from 1.
func (e *SyntaxError) Character() int { return 1 + utf8.RuneCountInString(e.Text[:e.Offset]) }

// Error returns one line with the character and the reason.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("kernel text, character %d: %s", e.Character(), e.Reason)
}

// pointerWindow is how many characters Pointer shows on each side.
const pointerWindow = 60

// Pointer returns two lines for a terminal: the text, or the part of a long
// one that is near the error, and a caret below the character.
//
//	rbf + maternn
//	      ^
func (e *SyntaxError) Pointer() string {
	clean := func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' ' // a tab or a line break would move the caret
		}
		return r
	}
	before := []rune(strings.Map(clean, e.Text[:e.Offset]))
	after := []rune(strings.Map(clean, e.Text[e.Offset:]))
	head, tail := "", ""
	if len(before) > pointerWindow {
		before, head = before[len(before)-pointerWindow:], "..."
	}
	if len(after) > pointerWindow {
		after, tail = after[:pointerWindow], "..."
	}
	return head + string(before) + string(after) + tail + "\n" +
		strings.Repeat(" ", len(head)+len(before)) + "^"
}

// quoted returns s in quotes, cut if it is long, on one line.
func quoted(s string) string {
	const most = 30
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "..."
	}
	return fmt.Sprintf("%q", s)
}
