package bayesopt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"matheron/rng"
)

// FormatError is the error of a text that is not the JSON form of a value of this
// package: it is of another shape, has a field twice, in another spelling, not at
// all or one too many, or says what no value says.
type FormatError struct {
	What   string // such as "trial 2"
	Reason string
}

// Error implements error.
func (e *FormatError) Error() string { return "bayesopt: " + e.What + ": " + e.Reason }

// decodeObject decodes a JSON object that has each of the fields, once and as they
// are spelled, and no other. The package encoding/json would take any case, the last
// of two, and zeros for what is not there or null.
func decodeObject(what string, text []byte, fields map[string]any) error {
	fail := func(format string, a ...any) error { return &FormatError{what, fmt.Sprintf(format, a...)} }
	d := json.NewDecoder(bytes.NewReader(text))
	open, err := d.Token()
	if err != nil {
		return fail("%v", err)
	}
	if open != json.Delim('{') {
		return fail("not an object")
	}
	var seen []string
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return fail("%v", err)
		}
		name := token.(string) // of a key it is
		to, ok := fields[name]
		switch {
		case !ok:
			return fail("the field %q is unknown", name)
		case slices.Contains(seen, name):
			return fail("the field %q twice", name)
		}
		seen = append(seen, name)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return fail("%s: %v", name, err)
		}
		if bytes.Equal(value, []byte("null")) {
			return fail("%s is null", name)
		}
		if err := json.Unmarshal(value, to); err != nil {
			return formatError(what+": "+name, err)
		}
	}
	for name := range fields {
		if !slices.Contains(seen, name) {
			return fail("the field %q is missing", name)
		}
	}
	return nil
}

// MarshalJSON returns the inputs in their order,
//
//	[{"name": "x", "lower": 0, "upper": 1}, ...]
func (s Space) MarshalJSON() ([]byte, error) {
	if s.inputs == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(s.inputs)
}

// UnmarshalJSON sets s to the space of the text. The error is a *[FormatError] or the
// *[InputError] of [NewSpace]; an empty list is the zero Space.
func (s *Space) UnmarshalJSON(text []byte) error {
	var inputs []Input
	if err := json.Unmarshal(text, &inputs); err != nil {
		return formatError("space", err)
	}
	switch {
	case inputs == nil:
		return &FormatError{"space", "null"}
	case len(inputs) == 0:
		*s = Space{}
		return nil
	}
	made, err := NewSpace(inputs...)
	if err != nil {
		return err
	}
	*s = made
	return nil
}

// formatError returns err as a FormatError, unless it is an error of this package.
func formatError(what string, err error) error {
	switch err.(type) {
	case *FormatError, *InputError:
		return err
	}
	return &FormatError{what, err.Error()}
}

// UnmarshalJSON sets in to the input of the text, with the fields name, lower and
// upper. The error is a *[FormatError].
func (in *Input) UnmarshalJSON(text []byte) error {
	var made Input
	err := decodeObject("input", text, map[string]any{"name": &made.Name, "lower": &made.Lower, "upper": &made.Upper})
	if err == nil {
		*in = made
	}
	return err
}

// MarshalText returns "pending", "told" or "failed". The error is a *[FormatError].
func (s TrialStatus) MarshalText() ([]byte, error) {
	if s < Pending || s > Failed {
		return nil, &FormatError{"status", fmt.Sprintf("%d is none", int(s))}
	}
	return []byte(s.String()), nil
}

// UnmarshalText sets s to the status of that name. The error is a *[FormatError].
func (s *TrialStatus) UnmarshalText(text []byte) error {
	for _, to := range []TrialStatus{Pending, Told, Failed} {
		if string(text) == to.String() {
			*s = to
			return nil
		}
	}
	return &FormatError{"status", fmt.Sprintf("%q is not pending, told or failed", text)}
}

// MarshalText returns "minimize" or "maximize". The error is a *[FormatError].
func (g Goal) MarshalText() ([]byte, error) {
	if g != Minimize && g != Maximize {
		return nil, &FormatError{"goal", fmt.Sprintf("%d is none", int(g))}
	}
	return []byte(g.String()), nil
}

// UnmarshalText sets g to the goal of that name. The error is a *[FormatError].
func (g *Goal) UnmarshalText(text []byte) error {
	for _, to := range []Goal{Minimize, Maximize} {
		if string(text) == to.String() {
			*g = to
			return nil
		}
	}
	return &FormatError{"goal", fmt.Sprintf("%q is not minimize or maximize", text)}
}

// trialJSON is a trial with a value where it is told.
type trialJSON struct {
	ID     int         `json:"id"`
	X      []float64   `json:"x"`
	Status TrialStatus `json:"status"`
	Value  *float64    `json:"value,omitempty"`
}

// MarshalJSON returns the trial as an object with the fields id, x, status and, if it
// is told, value. The error is that of a number that is not finite.
func (t Trial) MarshalJSON() ([]byte, error) {
	out := trialJSON{ID: t.ID, X: t.X, Status: t.Status}
	if out.X == nil {
		out.X = []float64{}
	}
	if t.Status == Told {
		out.Value = &t.Value
	}
	return json.Marshal(out)
}

// UnmarshalJSON sets t to the trial of the text. The error is a *[FormatError].
func (t *Trial) UnmarshalJSON(text []byte) error {
	var made Trial
	var x []*float64
	fields := map[string]any{"id": &made.ID, "x": &x, "status": &made.Status}
	// A trial has a value if it is told, and has none if it is not.
	var status struct{ Status json.RawMessage }
	if err := json.Unmarshal(text, &status); err != nil {
		return formatError("trial", err)
	}
	if string(status.Status) == `"told"` {
		fields["value"] = &made.Value
	}
	if err := decodeObject("trial", text, fields); err != nil {
		return err
	}
	made.X = make([]float64, len(x))
	for i, v := range x {
		if v == nil {
			return &FormatError{fmt.Sprintf("trial %d", made.ID), fmt.Sprintf("input %d is null", i+1)}
		}
		made.X[i] = *v
	}
	*t = made
	return nil
}

// MarshalJSON returns the state as an object with the fields space, key (in
// hexadecimal) and trials. The error is that of a number that is not finite.
func (s State) MarshalJSON() ([]byte, error) {
	trials := s.Trials
	if trials == nil {
		trials = []Trial{}
	}
	return json.Marshal(struct {
		Space  Space   `json:"space"`
		Key    rng.Key `json:"key"`
		Trials []Trial `json:"trials"`
	}{s.Space, s.Key, trials})
}

// UnmarshalJSON sets s to the state of the text. The error is a *[FormatError] or the
// *[InputError] of the space.
func (s *State) UnmarshalJSON(text []byte) error {
	var made State
	var trials []json.RawMessage
	if err := decodeObject("state", text, map[string]any{"space": &made.Space, "key": &made.Key, "trials": &trials}); err != nil {
		return err
	}
	for i, raw := range trials {
		var t Trial
		what := fmt.Sprintf("trial %d", i)
		if err := t.UnmarshalJSON(raw); err != nil {
			if format, ok := err.(*FormatError); ok && format.What == "trial" {
				return &FormatError{what, format.Reason}
			}
			return err
		}
		if t.ID != i {
			return &FormatError{what, fmt.Sprintf("the id %d", t.ID)}
		}
		if len(t.X) != made.Space.Dims() {
			return &FormatError{what, fmt.Sprintf("%d numbers for %d inputs", len(t.X), made.Space.Dims())}
		}
		made.Trials = append(made.Trials, t)
	}
	*s = made
	return nil
}
