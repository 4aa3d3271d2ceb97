package rng

import (
	"flag"
	"fmt"
	"math"
	"testing"
)

var printGolden = flag.Bool("printgolden", false, "print the golden streams instead of comparing them")

// golden holds the start of the streams of keys. Do NOT change it: the numbers
// of a key are part of the API, and stored results rest on them. A stream that
// differs is a bug in the code, not in this table.
var golden = []struct {
	name   string
	key    Key
	uint64 [4]uint64
	unit   [2]uint64 // bits of Float64 at the start of the stream
	normal [2]uint64 // bits of NormFloat64 at the start of the stream
	point  [3]uint64 // bits of point 3 of the Sobol sequence in three dimensions
}{
	{"zero key", Key{},
		[4]uint64{0xac8a366dce7e87d9, 0x6bc727c69e416f1a, 0x1ea1417ca31ffb1b, 0x7494d8486add6aa4},
		[2]uint64{0x3fd46cdb9cfd0fb2, 0x3fcc9f1a7905bc68},
		[2]uint64{0xbfec983d2dd1c2d7, 0xbff3bd6529e001e2},
		[3]uint64{0x3fad142fe0deadf0, 0x3fe71e435a411fa7, 0x3fe58f109d3784a9}},
	{"seed 0", New(0),
		[4]uint64{0xc7e05b8e8ae8ec9e, 0xfd51a18d46982bc9, 0x084f6751507fd9b1, 0x0072e13afece4457},
		[2]uint64{0x3f86e3a2ba3b2780, 0x3fe1a18d46982bc9},
		[2]uint64{0xbfe6bb8a734af7d2, 0x3fda9f4afbf9f94e},
		[3]uint64{0x3fa03e9fa8775590, 0x3feb9b28f53f82d9, 0x3fe49f7645d03475}},
	{"seed 1", New(1),
		[4]uint64{0x3c0937ef029ab7ff, 0x93e29ebcd99e9f20, 0x1f0b02803c138d0b, 0x731b511c5083284c},
		[2]uint64{0x3fd26fde05356ffe, 0x3fb4f5e6ccf4f900},
		[2]uint64{0x3fa8a57bb4915900, 0xbfdc61c75da85f00},
		[3]uint64{0x3fe1778a2028afa9, 0x3fafc085fb8cc5d0, 0x3fe7448b4d9dac21}},
	{"last seed", New(math.MaxUint64),
		[4]uint64{0xdd22c5a9afe63a0c, 0xe9dfbf4d4e5893b2, 0x0903adb020142572, 0x14cf1485ecb5ba85},
		[2]uint64{0x3fb62d4d7f31d060, 0x3fefbf4d4e5893b2},
		[2]uint64{0xbfe87748e77d1c28, 0x3ff0cc99294abc0a},
		[3]uint64{0x3fef9ee1fbd195b5, 0x3fd56ef377511a96, 0x3fd94e06210ca032}},
	{"split 0", New(0).Split(0),
		[4]uint64{0x64789ac728f38ba8, 0xd3dc52a7eca49429, 0xc1564f428a5ad808, 0xa243615f875218f4},
		[2]uint64{0x3fe89ac728f38ba8, 0x3fec52a7eca49429},
		[2]uint64{0x3fe0af06cd41af30, 0xbfc71b77d39b0236},
		[3]uint64{0x3fefc027b8dd041f, 0x3fedc38dc2c26459, 0x3fde70e80ba5553e}},
	{"split 1", New(0).Split(1),
		[4]uint64{0x65d7e167bb51a633, 0x9ed78241be9472c8, 0xa9884c4eaf50806d, 0xeff9ebf50d1bfffa},
		[2]uint64{0x3fe7e167bb51a633, 0x3fe78241be9472c8},
		[2]uint64{0xbff29842a74ca428, 0xbfe94be57ed48288},
		[3]uint64{0x3fd94d5b29fed97a, 0x3fa4390ee993adf0, 0x3fca3a57350e461c}},
	{"split -1", New(0).Split(-1),
		[4]uint64{0x9781e849cf19ee3a, 0x06568db14b501b4c, 0x894383bf8aeae854, 0x481cb3922bc322b4},
		[2]uint64{0x3fae849cf19ee3a0, 0x3fe68db14b501b4c},
		[2]uint64{0xbfe4442eb12bbc46, 0x3fe910753f8ecfe4},
		[3]uint64{0x3fef3e56339848d3, 0x3fef233d4f5212e9, 0x3fd90eb61698fd1a}},
	{"empty name", New(0).Named(""),
		[4]uint64{0x5ef94bd4f775b56b, 0xdefebf8249987f87, 0x2b30e35efc317854, 0x886ba7fdc328721c},
		[2]uint64{0x3fe94bd4f775b56b, 0x3feebf8249987f87},
		[2]uint64{0xbfbf1a4480716504, 0x3fcab4adbcd5f1c0},
		[3]uint64{0x3fc0130c979f7e3c, 0x3fe6cdf39ccd3e3b, 0x3fd9d495ae23932a}},
	{"named noise", New(0).Named("noise"),
		[4]uint64{0x2cc404c146e016ee, 0xbc7850c490b5f348, 0x332a50619b4e4301, 0xf5238a67a82c7dc2},
		[2]uint64{0x3fc013051b805bb8, 0x3fe850c490b5f348},
		[2]uint64{0x3feb67e7e5eb9202, 0xbff616d626b49256},
		[3]uint64{0x3fd05f3c2848ae4a, 0x3fed2e107547f4b7, 0x3fe19b86023bcf47}},
	{"non-ASCII name", New(0).Named("λ"),
		[4]uint64{0x202f36eb5ab1a48b, 0x8cc856dcb0afbd6f, 0x6c5e62d57f275d76, 0x331461b413a0ab12},
		[2]uint64{0x3fde6dd6b5634916, 0x3fd0adb9615f7ade},
		[2]uint64{0x3ff99c414a2b5a22, 0xbff35b9fe64ea275},
		[3]uint64{0x3fe281de76d9ae2b, 0x3fe392cb528839b9, 0x3fde71af37a549b6}},
	{"nested", New(42).Named("path").Split(7).Named("noise").Split(1000000),
		[4]uint64{0x3b81549e4c9dae0d, 0x037509d90e27eb89, 0xd275c1f3dbbb40bf, 0x4d47e85277ad8057},
		[2]uint64{0x3fa549e4c9dae0d0, 0x3fe509d90e27eb89},
		[2]uint64{0x3fe456f892d8907a, 0x3fcaeadd5021d62a},
		[3]uint64{0x3feb061e304853f1, 0x3fe157d297326387, 0x3fea31f8396c8231}},
}

func TestGoldenStreams(t *testing.T) {
	for _, g := range golden {
		got := g
		source := g.key.Source()
		for j := range got.uint64 {
			got.uint64[j] = source.Uint64()
		}
		r := g.key.Rand()
		for j := range got.unit {
			got.unit[j] = math.Float64bits(r.Float64())
		}
		r = g.key.Rand()
		for j := range got.normal {
			got.normal[j] = math.Float64bits(r.NormFloat64())
		}
		var x [3]float64
		mustSobol(t, 3, g.key).Point(x[:], 3)
		for j, v := range x {
			got.point[j] = math.Float64bits(v)
		}
		if *printGolden {
			fmt.Printf("\t{%q, KEY,\n\t\t%s,\n\t\t%s,\n\t\t%s,\n\t\t%s},\n", g.name,
				words(got.uint64[:]), words(got.unit[:]), words(got.normal[:]), words(got.point[:]))
			continue
		}
		if got != g {
			t.Errorf("%s: got\n\t%s\n\t%s\n\t%s\n\t%s", g.name,
				words(got.uint64[:]), words(got.unit[:]), words(got.normal[:]), words(got.point[:]))
		}
	}
}

func words(v []uint64) string {
	s := fmt.Sprintf("[%d]uint64{", len(v))
	for i, u := range v {
		if i > 0 {
			s += ", "
		}
		s += fmt.Sprintf("0x%016x", u)
	}
	return s + "}"
}
