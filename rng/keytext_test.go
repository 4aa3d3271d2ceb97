package rng

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/quick"
)

func TestKeyAsText(t *testing.T) {
	if err := quick.Check(func(seed uint64, name string, i int) bool {
		for _, k := range []Key{{}, New(seed), New(seed).Named(name), New(seed).Split(i)} {
			text, err := json.Marshal(k)
			if err != nil {
				return false
			}
			var back Key
			if err := json.Unmarshal(text, &back); err != nil || back != k {
				return false
			}
		}
		return true
	}, nil); err != nil {
		t.Error(err)
	}
	// SHA-256 of 'n' and eight zeros: the text is part of the format of files.
	const golden = "fd87400839d77a6884dc3b634ce294ad3062dfa1882550c2afd39554c8482595"
	if got, err := New(0).MarshalText(); err != nil || string(got) != golden {
		t.Errorf("the key of seed 0 is %s, %v", got, err)
	}
	k := New(3)
	for _, bad := range []string{"", "00", strings.Repeat("0", 63), strings.Repeat("0", 65), strings.Repeat("x", 64), strings.Repeat("0", 62) + " 0"} {
		if err := k.UnmarshalText([]byte(bad)); err == nil || k != New(3) {
			t.Errorf("%q: error %v", bad, err)
		}
	}
}
