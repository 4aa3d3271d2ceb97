package data_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gonum.org/v1/gonum/mat"

	"matheron/data"
)

const co2 = `date,decimal_year,co2_ppm
1958-03-29,1958.2384,316.1
1958-04-05,1958.2575,317.3
1958-04-12,1958.2767,317.6
`

// A table is read by the names of its columns, a few rows at a time.
func Example() {
	r, err := data.NewReader("co2.csv", strings.NewReader(co2))
	if err != nil {
		fmt.Println(err)
		return
	}
	rows, err := r.Select([]string{"co2_ppm", "decimal_year"})
	if err != nil {
		fmt.Println(err)
		return
	}
	block := mat.NewDense(2, 2, nil)
	for {
		n, err := rows.Read(block)
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		for i := range n {
			fmt.Println(block.RawRowView(i))
		}
	}
	// Output:
	// [316.1 1958.2384]
	// [317.3 1958.2575]
	// [317.6 1958.2767]
}

// What is wrong with a table is said with its place.
func Example_errors() {
	for _, columns := range [][]string{{"co2_ppm", "date"}, {"ppm"}} {
		r, err := data.NewReader("co2.csv", strings.NewReader(co2))
		if err != nil {
			fmt.Println(err)
			return
		}
		rows, err := r.Select(columns)
		if err == nil {
			_, err = rows.ReadAll(context.Background())
		}
		fmt.Println(err)
	}
	// Output:
	// co2.csv: line 2, column "date": "1958-03-29" is not a number
	// co2.csv: no column "ppm"; there is "date", "decimal_year", "co2_ppm"
}

func ExampleCreate() {
	dir, err := os.MkdirTemp("", "data")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "p.csv")

	w, err := data.Create(path, []string{"mean", "sd"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer w.Abort() // nothing is left behind if a Write fails
	for i := range 2 {
		if err := w.Write(mat.NewDense(1, 2, []float64{float64(i) / 10, 1e-7})); err != nil {
			fmt.Println(err)
			return
		}
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
		return
	}
	text, _ := os.ReadFile(path)
	fmt.Print(string(text))
	// Output:
	// mean,sd
	// 0,1e-7
	// 0.1,1e-7
}

func ExampleStandardization() {
	s := &data.Set{
		Inputs: []string{"year", "flat"}, Target: "ppm",
		X: mat.NewDense(4, 2, []float64{1958, 1, 1960, 1, 1962, 1, 1964, 1}),
		Y: []float64{315, 317, 317, 319},
	}
	c := data.Standardization(s)
	text, err := json.Marshal(c)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(text))
	z := c.Apply(s)
	fmt.Printf("%.4f\n", z.Y)
	fmt.Println(c.InverseMean(nil, z.Y))
	// A slope of one sd a sd is sd(ppm)/sd(year) in ppm a year.
	fmt.Printf("%.4f\n", c.InverseGrad(nil, mat.NewDense(1, 2, []float64{1, 0})).At(0, 0))
	// Output:
	// {"inputs":{"year":[1961,2.23606797749979],"flat":[1,1]},"target":[317,1.4142135623730951]}
	// [-1.4142 0.0000 0.0000 1.4142]
	// [315 317 317 319]
	// 0.6325
}

func ExampleColumns() {
	c := data.Columns{data.Log{}, nil}
	y, err := c.Apply(nil, mat.NewDense(1, 2, []float64{1, 5}))
	fmt.Println(y.RawRowView(0), err)
	_, err = c.Apply(nil, mat.NewDense(2, 2, []float64{1, 5, -1, 5}))
	fmt.Println(err)
	// Output:
	// [0 5] <nil>
	// row 2, column 1: -1 is outside the domain of data.Log
}
