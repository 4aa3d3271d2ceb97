package main

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
)

// A number that is not finite is null, a field without a value is left out, and the
// order is that of the struct.
func TestPlain(t *testing.T) {
	type point struct {
		X float64 `json:"x"`
	}
	v := struct {
		Z       float64   `json:"z"`
		A       []float64 `json:"a"`
		Points  []point   `json:"points"`
		Missing *point    `json:"missing,omitempty"`
		Truth   *float64  `json:"truth,omitempty"`
		Name    string    `json:"name"`
		Count   int       `json:"count"`
		Hidden  float64   `json:"-"`
		None    *point    `json:"none"`
	}{Z: math.NaN(), A: []float64{1, math.Inf(-1)}, Points: []point{{0.5}, {math.NaN()}}, Truth: new(float64), Name: `"`, Count: 3}
	got, err := json.Marshal(plain(reflect.ValueOf(&v)))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"z":null,"a":[1,null],"points":[{"x":0.5},{"x":null}],"truth":0,"name":"\"","count":3,"none":null}`
	if string(got) != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}
