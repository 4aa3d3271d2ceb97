package rng

import (
	"encoding"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

var (
	_ encoding.TextMarshaler   = Key{}
	_ encoding.TextUnmarshaler = (*Key)(nil)
)

// Text forms of keys, by hashlib of Python 3 from the formulas of doc.go. They are in
// files: do not change them.
var goldenText = []struct {
	key  Key
	text string
}{
	{Key{}, "0000000000000000000000000000000000000000000000000000000000000000"},
	{New(0), "fd87400839d77a6884dc3b634ce294ad3062dfa1882550c2afd39554c8482595"},
	{New(1), "90f8f898daef5e2b620dd6514d93af8243868bf7da94371963273d8cc1f7b178"},
	{New(0).Split(0), "da6371c1efb036b5b19a45dff19248b1d4c2c4114299f60fb0e768ed106593e6"},
	{New(0).Split(-1), "7be1e14f73cc1125b1193d533fdb4b7f5aae0207753686ab89f61c9bba1e32ab"},
	{New(0).Named("noise"), "651a25e4245fbc746c3da4f2686332bab0a36540207a41f5170ad88d5484c794"},
	{New(7).Named("λ").Split(3), "7a925c9cdf8603c16f3029ed4923c029e6089e30b5f038d1a94ff9723ff8cc1d"},
}

func TestGoldenText(t *testing.T) {
	for _, g := range goldenText {
		if got := g.key.String(); got != g.text {
			t.Errorf("text %s, want %s", got, g.text)
		}
		b, err := json.Marshal(g.key)
		if err != nil || string(b) != `"`+g.text+`"` {
			t.Errorf("JSON %s, want %q, error %v", b, g.text, err)
		}
		if got, err := ParseKey(g.text); err != nil || got != g.key {
			t.Errorf("%s is read as %v, error %v", g.text, got, err)
		}
	}
}

// A key comes back from text and JSON, as a value, behind a pointer, and as the key of
// a map; and so every text that is read is the one that is written.
func TestTextRoundTrip(t *testing.T) {
	type file struct {
		Key  Key
		At   *Key
		Runs map[Key]int
	}
	k := New(3)
	for i := range 300 {
		k = k.Split(i)
		if i%7 == 0 {
			k = k.Named("text")
		}
		other := k.Named("other")
		b, err := json.Marshal(file{k, &other, map[Key]int{k: i, other: -i}})
		if err != nil {
			t.Fatal(err)
		}
		var got file
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		if got.Key != k || *got.At != other || len(got.Runs) != 2 || got.Runs[k] != i || got.Runs[other] != -i {
			t.Fatalf("%s is read as %+v", b, got)
		}
		if got.Key.Rand().Uint64() != k.Rand().Uint64() {
			t.Fatal("the stream of a key that was read is another")
		}
		text, err := k.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back Key
		if err := back.UnmarshalText(text); err != nil || back != k {
			t.Fatalf("%s is read as %v, error %v", text, back, err)
		}
	}
}

func TestTextIsStrict(t *testing.T) {
	good := New(1).String()
	for name, c := range map[string]struct {
		text   string
		offset int
	}{
		"empty":            {"", -1},
		"short":            {good[1:], -1},
		"long":             {good + "0", -1},
		"space":            {good + " ", -1},
		"line":             {good + "\n", -1},
		"prefix":           {"0x" + good[2:], 1},
		"upper case":       {strings.ToUpper(good), strings.IndexAny(good, "abcdef")},
		"letter":           {"g" + good[1:], 0},
		"below the digits": {good[:63] + "/", 63},
		"above the digits": {good[:63] + ":", 63},
		"below a":          {good[:63] + "`", 63},
		"inner space":      {good[:10] + " " + good[11:], 10},
		"not ASCII":        {good[:62] + "é", 62},
	} {
		want := New(2)
		k := want
		err := k.UnmarshalText([]byte(c.text))
		var e *KeyError
		if !errors.As(err, &e) || e.Offset != c.offset || e.Text != c.text || !strings.HasPrefix(err.Error(), "rng: a key ") {
			t.Errorf("%s: error %v, want one at byte %d", name, err, c.offset)
		}
		if k != want {
			t.Errorf("%s: the key has changed", name)
		}
	}
	// What is no string in JSON, or not the one that is written.
	for _, text := range []string{"null", "{}", "[]", "0", "true", `{"state":[]}`, `""`, `"` + good[:63] + `\u0061"`} {
		k := New(2)
		if err := json.Unmarshal([]byte(text), &k); err == nil || k != New(2) {
			t.Errorf("%s is read as %v, error %v", text, k, err)
		}
	}
}

// Any text is refused or comes back as it was.
func FuzzParseKey(f *testing.F) {
	f.Add(New(0).String())
	f.Add("")
	f.Add(strings.Repeat("A", 64))
	f.Fuzz(func(t *testing.T, text string) {
		if k, err := ParseKey(text); err == nil && k.String() != text {
			t.Errorf("%q comes back as %q", text, k)
		}
	})
}
