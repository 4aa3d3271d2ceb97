package data

import (
	"io"
	"os"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// benchTable is 20,000 rows of 8 normal numbers: 3 MB of CSV.
func benchTable() (names []string, x *mat.Dense) {
	const rows, columns = 20_000, 8
	r := rng.New(6).Rand()
	x = mat.NewDense(rows, columns, nil)
	for i := range rows {
		for j := range columns {
			x.Set(i, j, r.NormFloat64())
		}
	}
	for j := range columns {
		names = append(names, "x"+strconv.Itoa(j))
	}
	return names, x
}

var benchFiles = []string{"t.csv", "t.csv.gz", "t.parquet"}

// BenchmarkRead is in bytes of the file, of all columns and of one.
func BenchmarkRead(b *testing.B) {
	b.Chdir(b.TempDir())
	names, x := benchTable()
	for _, path := range benchFiles {
		if err := save(path, names, x, 1000); err != nil {
			b.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		for _, columns := range [][]string{names, names[3:4]} {
			b.Run(path+"/columns="+strconv.Itoa(len(columns)), func(b *testing.B) {
				b.SetBytes(info.Size())
				b.ReportAllocs()
				dst := mat.NewDense(1000, len(columns), nil)
				for b.Loop() {
					r, err := Open(path)
					if err != nil {
						b.Fatal(err)
					}
					rows, err := r.Select(columns)
					if err != nil {
						b.Fatal(err)
					}
					for err == nil {
						_, err = rows.Read(dst)
					}
					if err != io.EOF {
						b.Fatal(err)
					}
					r.Close()
				}
			})
		}
	}
}

// BenchmarkWrite is in bytes of the numbers in memory.
func BenchmarkWrite(b *testing.B) {
	b.Chdir(b.TempDir())
	names, x := benchTable()
	n, d := x.Dims()
	for _, path := range benchFiles {
		b.Run(path, func(b *testing.B) {
			b.SetBytes(int64(8 * n * d))
			b.ReportAllocs()
			for b.Loop() {
				if err := save(path, names, x, 1000); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkStandardization(b *testing.B) {
	names, x := benchTable()
	n, d := x.Dims()
	s := &Set{Inputs: names, X: x, Y: mat.Col(nil, 0, x)}
	b.SetBytes(int64(8 * n * (d + 1)))
	for b.Loop() {
		Standardization(s)
	}
}
