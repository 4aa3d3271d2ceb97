package main

// quoted are figures of peers that no script here runs, as measured elsewhere: a
// table says so, and none of its ratios is one of a single run.
//
// pyrox needs Python 3.12 and its source. The worked example without figures took
// it and NumPyro 23 to 25 s on a 2-core AMD EPYC (Zen 4, AVX-512), import and
// compilation included; the least is here.
var quoted = comparison{
	"pyrox + NumPyro, on another machine": {"demo_s": plain(23)},
}

// addQuoted adds those of the chosen figures.
func (c comparison) addQuoted(want map[string]bool) {
	for program, all := range quoted {
		for name, v := range all {
			if want[name] {
				c.set(program, values{name: v})
			}
		}
	}
}
