package main

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// value is what a figure comes to: a number, or the cost and the worth of a run
// of a sampler.
type value struct {
	number float64
	chain  *sampling
}

// sampling is a run of a sampler.
type sampling struct {
	// Seconds is that of warm-up and draws, of all chains side by side.
	Seconds float64 `json:"seconds"`
	// MinESS is the least over the parameters of [diag.ESSBulk]. By rank, it is
	// the same for a parameter and for its logarithm.
	MinESS float64 `json:"min_ess"`
	// Leapfrogs counts those after the warm-up, in all chains.
	Leapfrogs int `json:"leapfrogs"`
}

func plain(v float64) value { return value{number: v} }

// MarshalJSON writes a number, or the sampling as an object.
func (v value) MarshalJSON() ([]byte, error) {
	if v.chain != nil {
		return json.Marshal(v.chain)
	}
	return json.Marshal(v.number)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (v *value) UnmarshalJSON(text []byte) error {
	*v = value{}
	if bytes.HasPrefix(text, []byte("{")) {
		v.chain = new(sampling)
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields() // a comparison has objects in the same place
		return d.Decode(v.chain)
	}
	return json.Unmarshal(text, &v.number)
}

// speed is the number by which values are compared: effective draws a second.
func (v value) speed() float64 {
	if v.chain != nil {
		return v.chain.MinESS / v.chain.Seconds
	}
	return v.number
}

// show prints a value: three digits of a speed, five decimals of what is none.
func (f figure) show(v value) string {
	switch {
	case v.chain != nil:
		return fmt.Sprintf("%s (%s in %s s, %d leapfrogs)", number(v.speed()), number(v.chain.MinESS), number(v.chain.Seconds), v.chain.Leapfrogs)
	case f.better == neither:
		return fmt.Sprintf("%.5f", v.number)
	}
	return number(v.number)
}

// ratio says how many times faster ours is.
func (f figure) ratio(ours, theirs value, measured bool) string {
	switch {
	case !measured:
		return "-"
	case f.better == lower:
		return fmt.Sprintf("%.2f", theirs.speed()/ours.speed())
	case f.better == higher:
		return fmt.Sprintf("%.2f", ours.speed()/theirs.speed())
	}
	return fmt.Sprintf("(%+.1e)", ours.number-theirs.number)
}
