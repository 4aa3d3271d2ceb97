package main

import (
	"reflect"
	"strings"
)

// plain returns a value for JSON in which every number is one of JSON output, so
// that those that are not finite are null. A struct becomes an object of its
// exported fields under their json tags, in order.
func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Float64:
		return number(v.Float())
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem())
	case reflect.Slice:
		out := make([]any, v.Len())
		for i := range out {
			out[i] = plain(v.Index(i))
		}
		return out
	case reflect.Struct:
		out := object{}
		for i := range v.NumField() {
			name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if name == "" || name == "-" || options == "omitempty" && v.Field(i).IsZero() {
				continue
			}
			out = out.with(name, plain(v.Field(i)))
		}
		return out
	}
	return v.Interface()
}
