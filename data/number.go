package data

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// AppendNumber appends the shortest decimal form of v that reads back as v. Like
// encoding/json it writes an exponent only below 1e-6 and from 1e21 on.
func AppendNumber(dst []byte, v float64) []byte {
	abs := math.Abs(v)
	if abs == 0 || abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	}
	dst = strconv.AppendFloat(dst, v, 'e', -1, 64)
	// strconv pads the exponent to two digits: e-09 is e-9.
	if n := len(dst); n >= 4 && dst[n-4] == 'e' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// parseNumber reads one cell; reason is "" if it is a finite number.
func parseNumber(cell string) (v float64, reason string) {
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil {
		cell = strings.Trim(cell, " \t")
		if cell == "" {
			return 0, "empty cell"
		}
		if v, err = strconv.ParseFloat(cell, 64); errors.Is(err, strconv.ErrRange) {
			return 0, "is too large"
		}
		if err != nil {
			return 0, "is not a number"
		}
	}
	if !finite(v) {
		return 0, "is not finite"
	}
	return v, ""
}

func finite(v float64) bool { return v-v == 0 }
