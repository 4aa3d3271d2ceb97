// Package data carries two public data sets, so that the worked examples run
// from the binary alone.
//
// CO2 is the weekly concentration of carbon dioxide at Mauna Loa, 1958 to 2001,
// in ppm over decimal years (Keeling and Whorf 2004, CDIAC; public domain); weeks
// without a value are left out. Motorcycle is a simulated motorcycle crash: the
// acceleration of the head in g over the milliseconds after the impact (Silverman
// 1985), whose noise is not the same everywhere.
package data

import _ "embed"

// CO2 is a table with the columns date (text), decimal_year and co2_ppm.
//
//go:embed co2.csv
var CO2 string

// Motorcycle is a table with the columns time_ms and acceleration_g.
//
//go:embed mcycle.csv
var Motorcycle string
