package data

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/deprecated"
	"gonum.org/v1/gonum/mat"

	"matheron/rng"
)

// row has a column of every type that holds numbers, written by the library
// itself, and some that hold none.
type row struct {
	Bool  bool     `parquet:"bool"`
	I32   int32    `parquet:"i32"`
	I64   int64    `parquet:"i64,delta"`
	U8    uint8    `parquet:"u8"`
	U32   uint32   `parquet:"u32"`
	U64   uint64   `parquet:"u64,dict"`
	F32   float32  `parquet:"f32,zstd"`
	F64   float64  `parquet:"f64,gzip"`
	D32   int32    `parquet:"d32,decimal(2:9)"`
	D64   int64    `parquet:"d64,decimal(4:18)"`
	DFix  [16]byte `parquet:"dfix,decimal(3:38)"`
	Opt   *float64 `parquet:"opt,optional"`
	Inner struct {
		X float64 `parquet:"x"`
	} `parquet:"inner"`
	Text string           `parquet:"text"`
	Time time.Time        `parquet:"time,timestamp"`
	Date int32            `parquet:"date,date"`
	I96  deprecated.Int96 `parquet:"i96"`
	List []float64        `parquet:"list"`
	Raw  []byte           `parquet:"raw"`
	UUID [16]byte         `parquet:"uuid,uuid"`
}

// fixed returns n as 16 bytes of big-endian two's complement.
func fixed(n int64) (b [16]byte) {
	v := big.NewInt(n)
	if n < 0 {
		v.Add(v, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	v.FillBytes(b[:])
	return b
}

func typed(i int) row {
	opt := float64(i) / 8
	r := row{
		Bool: i%3 == 1, I32: int32(-i), I64: int64(i) << 33, U8: uint8(i), U32: math.MaxUint32 - uint32(i),
		U64: math.MaxUint64 - uint64(i%5)<<40, F32: float32(i) / 4, F64: math.Sqrt(float64(i)),
		D32: int32(i - 500), D64: int64(i)*1e13 + 1, DFix: fixed(int64(500-i) * 1e15), Opt: &opt,
		Text: strconv.Itoa(i), List: []float64{1, 2},
	}
	r.Inner.X = float64(i) * 7
	return r
}

func TestParquetTypes(t *testing.T) {
	t.Chdir(t.TempDir())
	const n = 2500 // more than a batch, in several row groups
	rows := make([]row, n)
	for i := range rows {
		rows[i] = typed(i)
	}
	if err := parquet.WriteFile("t.parquet", rows, parquet.MaxRowsPerRowGroup(700), parquet.PageBufferSize(2000)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]func(r row) float64{
		"bool": func(r row) float64 { return map[bool]float64{true: 1}[r.Bool] },
		"i32":  func(r row) float64 { return float64(r.I32) },
		"i64":  func(r row) float64 { return float64(r.I64) },
		"u8":   func(r row) float64 { return float64(r.U8) },
		"u32":  func(r row) float64 { return float64(r.U32) },
		"u64":  func(r row) float64 { return float64(r.U64) },
		"f32":  func(r row) float64 { return float64(r.F32) },
		"f64":  func(r row) float64 { return r.F64 },
		"d32":  func(r row) float64 { return float64(r.D32) / 100 },
		"d64": func(r row) float64 {
			v, _ := new(big.Rat).SetFrac64(r.D64, 1e4).Float64()
			return v
		},
		"dfix": func(r row) float64 {
			v, _ := new(big.Rat).SetFrac(twosComplement(r.DFix[:]), big.NewInt(1000)).Float64()
			return v
		},
		"opt":     func(r row) float64 { return *r.Opt },
		"inner.x": func(r row) float64 { return r.Inner.X },
	} {
		got, err := readAll("t.parquet", name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d, _ := got.Dims(); d != n {
			t.Errorf("%s: %d rows, want %d", name, d, n)
			continue
		}
		for i, r := range rows {
			if got.At(i, 0) != want(r) {
				t.Errorf("%s, row %d: %v, want %v", name, i, got.At(i, 0), want(r))
				break
			}
		}
	}
	for name, want := range map[string]string{
		"text": "text", "time": "dates or times", "date": "dates or times", "i96": "dates or times",
		"list": "lists", "raw": "text or bytes", "uuid": "values of type UUID",
	} {
		_, err := readAll("t.parquet", "f64", name)
		var column *ColumnError
		if message := `t.parquet: column "` + name + `" holds ` + want + ", not numbers"; !errors.As(err, &column) || err.Error() != message {
			t.Errorf("error %v, want %s", err, message)
		}
	}
}

func TestParquetDecimalSign(t *testing.T) {
	for n, want := range map[int64]float64{0: 0, 1: 1e-3, -1: -1e-3, 128: 0.128, -128: -0.128, math.MinInt64: -9223372036854775.808} {
		b := fixed(n)
		if got := scaled(twosComplement(b[:]), 3); got != want {
			t.Errorf("%d 10^-3 is %v, want %v", n, got, want)
		}
	}
}

// Values from the table of examples in IEEE 754 binary16.
func TestFloat16(t *testing.T) {
	for bits, want := range map[uint16]float64{
		0x0000: 0, 0x0001: 0x1p-24, 0x03ff: 0x3ffp-24, 0x0400: 0x1p-14, 0x3555: 0.333251953125,
		0x3c00: 1, 0x3c01: 1 + 0x1p-10, 0x7bff: 65504, 0x7c00: math.Inf(1), 0xc000: -2, 0xfc00: math.Inf(-1),
	} {
		if got := float16(bits); got != want {
			t.Errorf("%#04x is %v, want %v", bits, got, want)
		}
	}
	if !math.IsNaN(float16(0x7e00)) {
		t.Error("0x7e00 is no NaN")
	}
}

func TestBadParquet(t *testing.T) {
	t.Chdir(t.TempDir())
	type pair struct {
		A float64  `parquet:"a"`
		B *float64 `parquet:"b,optional"`
	}
	one := 1.0
	rows := make([]pair, 3000)
	for i := range rows {
		rows[i] = pair{A: 1, B: &one}
	}
	write := func() {
		t.Helper()
		if err := parquet.WriteFile("t.parquet", rows, parquet.MaxRowsPerRowGroup(800)); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want string, columns ...string) {
		t.Helper()
		if _, err := readAll("t.parquet", columns...); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	rows[2001].B = nil
	write()
	expect(`t.parquet: row 2002, column "b": null`)
	rows[2000].A = math.NaN()
	write()
	// The earlier row, whatever the order of the columns.
	expect(`t.parquet: row 2001, column "a": "NaN" is not finite`, "a", "b")
	expect(`t.parquet: row 2001, column "a": "NaN" is not finite`, "b", "a")
	expect(`t.parquet: no column "c"; there is "a", "b"`, "c")
	rows = rows[:0]
	write()
	expect("t.parquet: no rows")

	os.WriteFile("t.parquet", []byte("PAR1"), 0o644)
	if _, err := Open("t.parquet"); err == nil || !strings.HasPrefix(err.Error(), "t.parquet: the Parquet file ") {
		t.Errorf("a magic number alone: %v", err)
	}
}

// A Parquet file cut anywhere, or with any byte changed, gives an error or
// numbers, and never a panic.
func TestDamagedParquet(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := save("t.parquet", []string{"a", "b"}, numbers(rng.New(3).Rand(), 50, 2), 10); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile("t.parquet")
	if err != nil {
		t.Fatal(err)
	}
	check := func(content []byte, mustFail bool) {
		t.Helper()
		os.WriteFile("d.parquet", content, 0o644)
		_, err := readAll("d.parquet")
		if mustFail && err == nil {
			t.Errorf("a file cut to %d of %d bytes was read", len(content), len(whole))
		}
		if err != nil && (!strings.HasPrefix(err.Error(), "d.parquet: ") || strings.Contains(err.Error(), "\n")) {
			t.Errorf("error %q", err)
		}
	}
	for n := range len(whole) {
		check(whole[:n], true)
	}
	for i := range whole {
		altered := slices.Clone(whole)
		altered[i] ^= 1 << (i % 8)
		check(altered, false)
	}
}

// compressed are the codecs of Parquet, with both versions of pages.
func compressed() map[string][]parquet.WriterOption {
	out := map[string][]parquet.WriterOption{}
	for _, codec := range []compress.Codec{&parquet.Uncompressed, &parquet.Snappy, &parquet.Gzip, &parquet.Brotli, &parquet.Zstd, &parquet.Lz4Raw} {
		for _, version := range []int{1, 2} {
			out[fmt.Sprintf("%v, version %d", codec, version)] = []parquet.WriterOption{parquet.Compression(codec), parquet.DataPageVersion(version)}
		}
	}
	return out
}

// Each codec reads back, and with a byte changed anywhere it gives an error or
// numbers, in the memory of a table that is whole.
func TestDamagedPages(t *testing.T) {
	type pair struct {
		A float64  `parquet:"a"`
		B *float64 `parquet:"b,optional"`
		C int64    `parquet:"c,dict"`
	}
	one := 1.0
	rows := make([]pair, 60)
	for i := range rows {
		rows[i] = pair{A: float64(i / 10), B: &one, C: int64(i % 3)}
	}
	for name, options := range compressed() {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := parquet.WriteFile("t.parquet", rows, options...); err != nil {
				t.Fatal(err)
			}
			m, err := readAll("t.parquet")
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range rows {
				if m.At(i, 0) != r.A || m.At(i, 1) != 1 || m.At(i, 2) != float64(r.C) {
					t.Fatalf("row %d is %v, want %v", i, m.RawRowView(i), r)
				}
			}
			whole, err := os.ReadFile("t.parquet")
			if err != nil {
				t.Fatal(err)
			}
			for i := range whole {
				altered := slices.Clone(whole)
				altered[i] ^= 1 << (i * 5 % 8)
				os.WriteFile("d.parquet", altered, 0o644)
				if _, err := readAll("d.parquet"); err != nil && !strings.HasPrefix(err.Error(), "d.parquet: ") {
					t.Errorf("error %q", err)
				}
			}
		})
	}
}

// One bit of an LZ4 page took memory without end.
func TestDamagedLZ4(t *testing.T) {
	const want = "testdata/lz4_one_bit.parquet: the Parquet file cannot be read: LZ4 data are damaged"
	if _, err := readAll("testdata/lz4_one_bit.parquet"); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

// Writing and reading tables ten times as long takes no more memory: what is
// allocated beyond the numbers themselves is that of one row group.
func TestParquetStreams(t *testing.T) {
	t.Chdir(t.TempDir())
	const columns = 64
	names := make([]string, columns)
	for j := range names {
		names[j] = "c" + strconv.Itoa(j)
	}
	x := mat.NewDense(1024, columns, nil)
	for i := range 1024 {
		for j := range columns {
			x.Set(i, j, float64(i*columns+j))
		}
	}
	w, err := Create("t.parquet", names)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	base := heap()
	const parts = 200 // 105 MB of numbers
	for range parts {
		if err := w.Write(x); err != nil {
			t.Fatal(err)
		}
	}
	// A row group, encoded, and the page buffers before it.
	if grown := int64(heap()) - int64(base); grown > 3*8*groupValues {
		t.Errorf("writing holds %d MB", grown>>20)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := Open("t.parquet")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, want := len(r.table.(*parquetTable).groups), (parts*1024*columns+groupValues-1)/groupValues; got != want {
		t.Errorf("%d row groups, want %d", got, want)
	}
	rows, err := r.Select([]string{"c7", "c3"})
	if err != nil {
		t.Fatal(err)
	}
	dst := mat.NewDense(1000, 2, nil)
	base = heap()
	total := 0
	for {
		n, err := rows.Read(dst)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if at := float64((total + i) % 1024 * columns); dst.At(i, 0) != at+7 || dst.At(i, 1) != at+3 {
				t.Fatalf("row %d holds %v", total+i, dst.RawRowView(i))
			}
		}
		total += n
	}
	if grown := int64(heap()) - int64(base); grown > 4<<20 {
		t.Errorf("reading holds %d MB", grown>>20)
	}
	if total != parts*1024 {
		t.Errorf("%d rows, want %d", total, parts*1024)
	}
}
