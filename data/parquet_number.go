package data

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// parquetLeaf is a column of a Parquet file: where it is and how its values are
// numbers.
type parquetLeaf struct {
	name  string
	index int
	holds string // "" if numbers
	value func(parquet.Value) float64
}

// number converts one value; reason is "" if it is a finite number.
func (l *parquetLeaf) number(v parquet.Value) (x float64, text, reason string) {
	if v.IsNull() {
		return 0, "", "null"
	}
	x = l.value(v)
	if !finite(x) {
		return 0, strconv.FormatFloat(x, 'g', -1, 64), "is not finite"
	}
	return x, "", ""
}

// parquetLeaves lists the columns of a file. The schema in the metadata is the
// same tree in the same order, and alone keeps every annotation.
func parquetLeaves(f *parquet.File) ([]parquetLeaf, error) {
	var elements []*format.SchemaElement
	for i := range f.Metadata().Schema {
		if e := &f.Metadata().Schema[i]; e.Type.Valid {
			elements = append(elements, e)
		}
	}
	paths := f.Schema().Columns()
	if len(paths) != len(elements) {
		return nil, errors.New("damaged schema of a Parquet file")
	}
	leaves := make([]parquetLeaf, len(paths))
	for i, path := range paths {
		leaves[i] = parquetLeaf{name: columnName(path), index: i}
		column, ok := f.Schema().Lookup(path...)
		if ok && column.MaxRepetitionLevel > 0 {
			leaves[i].holds = "lists"
			continue
		}
		leaves[i].value, leaves[i].holds = parquetValue(elements[i])
	}
	return leaves, nil
}

// parquetValue returns how a column's values become numbers, or what else they
// are. The annotation decides first: a date or a time is stored as an integer
// but has no unit that a reader of numbers could know.
func parquetValue(e *format.SchemaElement) (value func(parquet.Value) float64, holds string) {
	unsigned := false
	switch t := e.LogicalType.Value.(type) {
	case nil:
		if !e.ConvertedType.Valid {
			break
		}
		switch c := e.ConvertedType.V; c {
		case deprecated.Decimal:
			return decimal(e, e.Scale.V)
		case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
			unsigned = true
		case deprecated.Int8, deprecated.Int16, deprecated.Int32, deprecated.Int64:
		case deprecated.UTF8:
			return nil, "text"
		case deprecated.Date, deprecated.TimeMillis, deprecated.TimeMicros,
			deprecated.TimestampMillis, deprecated.TimestampMicros:
			return nil, "dates or times"
		default:
			return nil, fmt.Sprintf("values of converted type %d", c)
		}
	case *format.IntType:
		unsigned = !t.IsSigned
	case *format.DecimalType:
		return decimal(e, t.Scale)
	case *format.Float16Type:
		return func(v parquet.Value) float64 { return float16(binary.LittleEndian.Uint16(v.ByteArray())) }, ""
	case *format.NullType:
		return func(parquet.Value) float64 { return 0 }, "" // each is null, and reported as such
	case *format.StringType:
		return nil, "text"
	case *format.DateType, *format.TimeType, *format.TimestampType:
		return nil, "dates or times"
	default:
		return nil, "values of type " + t.String()
	}
	switch kind := parquet.Kind(e.Type.V); {
	case kind == parquet.Boolean:
		return func(v parquet.Value) float64 {
			if v.Boolean() {
				return 1
			}
			return 0
		}, ""
	case kind == parquet.Int32 && unsigned:
		return func(v parquet.Value) float64 { return float64(v.Uint32()) }, ""
	case kind == parquet.Int64 && unsigned:
		return func(v parquet.Value) float64 { return float64(v.Uint64()) }, ""
	case kind == parquet.Int32:
		return func(v parquet.Value) float64 { return float64(v.Int32()) }, ""
	case kind == parquet.Int64:
		return func(v parquet.Value) float64 { return float64(v.Int64()) }, ""
	case kind == parquet.Float:
		return func(v parquet.Value) float64 { return float64(v.Float()) }, ""
	case kind == parquet.Double:
		return parquet.Value.Double, ""
	case kind == parquet.Int96:
		return nil, "dates or times" // the only use INT96 ever had
	default:
		return nil, "text or bytes"
	}
}

// decimal reads an integer, of 32 or 64 bits or big-endian two's complement
// bytes, times 10^-scale.
func decimal(e *format.SchemaElement, scale int32) (func(parquet.Value) float64, string) {
	switch parquet.Kind(e.Type.V) {
	case parquet.Int32:
		return func(v parquet.Value) float64 { return scaled(big.NewInt(int64(v.Int32())), scale) }, ""
	case parquet.Int64:
		return func(v parquet.Value) float64 { return scaled(big.NewInt(v.Int64()), scale) }, ""
	case parquet.ByteArray, parquet.FixedLenByteArray:
		return func(v parquet.Value) float64 { return scaled(twosComplement(v.ByteArray()), scale) }, ""
	}
	return nil, "decimals of an unknown kind"
}

// scaled returns the float64 nearest to n 10^-scale.
func scaled(n *big.Int, scale int32) float64 {
	// Both are exact below 2^53 and 10^22, and a quotient rounds once.
	if n.IsInt64() && scale >= 0 && scale <= 22 {
		if i := n.Int64(); i > -1<<53 && i < 1<<53 {
			return float64(i) / math.Pow10(int(scale))
		}
	}
	v, _ := strconv.ParseFloat(n.String()+"e"+strconv.Itoa(-int(scale)), 64) // beyond the range it is ±Inf, which read refuses
	return v
}

func twosComplement(b []byte) *big.Int {
	n := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return n
}

// float16 returns the value of an IEEE 754 half.
func float16(bits uint16) float64 {
	fraction, exponent := float64(bits&0x3ff), int(bits>>10&0x1f)
	var v float64
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 0x1f:
		if v = math.Inf(1); fraction != 0 {
			return math.NaN()
		}
	default:
		v = math.Ldexp(1024+fraction, exponent-25)
	}
	if bits&0x8000 != 0 {
		return -v
	}
	return v
}
