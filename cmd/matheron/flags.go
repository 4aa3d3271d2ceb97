package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"matheron/gp"
	"matheron/prob"
)

// oneOf joins names as a choice.
func oneOf(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// priors is the value of the repeated --prior.
type priors []gp.ParamPrior

func (p *priors) String() string {
	out := make([]string, len(*p))
	for i, q := range *p {
		out[i] = fmt.Sprintf("%s=%v", q.Pattern, q.Prior)
	}
	return strings.Join(out, " ")
}

func (p *priors) Set(s string) error {
	name, text, ok := strings.Cut(s, "=")
	name = strings.TrimSpace(name)
	if !ok || name == "" {
		return errors.New("want NAME=DISTRIBUTION, such as lengthscale=lognormal(0,0.3)")
	}
	d, err := prob.Parse(text)
	if err != nil {
		return err
	}
	*p = append(*p, gp.ParamPrior{Pattern: name, Prior: d})
	return nil
}

func (*priors) Type() string { return "NAME=DIST(..)" }

// variance is the value of a flag that is a finite number, 0 or more; set tells
// whether it was given.
type variance struct {
	value float64
	set   bool
}

func (v *variance) String() string {
	if !v.set {
		return ""
	}
	return formatNumber(v.value)
}

func (v *variance) Set(s string) error {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
		return errors.New("want a finite number that is not negative")
	}
	v.value, v.set = x, true
	return nil
}

func (*variance) Type() string { return "V" }

// coordinate is the value of a flag that is a finite number.
type coordinate struct {
	value float64
	set   bool
}

func (c *coordinate) String() string {
	if !c.set {
		return ""
	}
	return formatNumber(c.value)
}

func (c *coordinate) Set(s string) error {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return errors.New("want a finite number")
	}
	c.value, c.set = x, true
	return nil
}

func (*coordinate) Type() string { return "X" }

// count is the value of a flag that is a whole number from 1 on.
type count int

func (c *count) String() string { return strconv.Itoa(int(*c)) }

func (c *count) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return errors.New("want a whole number, 1 or more")
	}
	*c = count(n)
	return nil
}

func (*count) Type() string { return "N" }

// optional is a count that need not be given: 0 is none.
type optional int

func (o *optional) String() string {
	if *o == 0 {
		return ""
	}
	return strconv.Itoa(int(*o))
}

func (o *optional) Set(s string) error { return (*count)(o).Set(s) }

func (*optional) Type() string { return "N" }

// probability is the value of a flag that is a number between 0 and 1.
type probability float64

func (p *probability) String() string { return formatNumber(float64(*p)) }

func (p *probability) Set(s string) error {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || !(x > 0 && x < 1) {
		return errors.New("want a number between 0 and 1")
	}
	*p = probability(x)
	return nil
}

func (*probability) Type() string { return "P" }

// require marks flags as needed and tells the shell's completion which files go
// with them.
func require(cmd *cobra.Command, names ...string) {
	for _, n := range names {
		must(cmd.MarkFlagRequired(n))
	}
}

// checkEmpty refuses a text that was given and is empty, such as that of a
// variable of the shell that is not set.
func checkEmpty(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		switch v := f.Value.String(); {
		case f.Value.Type() == "string" && v == "", f.Value.Type() == "stringSlice" && v == "[]":
			err = fmt.Errorf("--%s is empty", f.Name)
		}
	})
	return err
}

// tables tells the shell's completion that flags name tables.
func tables(cmd *cobra.Command, names ...string) {
	for _, n := range names {
		must(cmd.MarkFlagFilename(n, "csv", "gz", "parquet"))
	}
}

// must panics on a flag that does not exist.
func must(err error) {
	if err != nil {
		panic("matheron: " + err.Error())
	}
}
