package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// machine writes arithmetic along a row of float64 for one set of instructions:
// kernels are written once, in terms of it. Operands are in the order of the
// formula, the destination first.
type machine struct {
	*Context
	wide   bool // AVX-512: 8 lanes, 32 registers; otherwise AVX2 with FMA: 4 lanes, 16 registers
	consts *constants
	count  int // of labels in the function being written
	// masks say, for each vector of a group, which lanes are elements of the row: a K
	// register, or a vector of ones and zeros; nil for all of them.
	masks []Register
}

// levels calls f for each set of instructions, with the suffix of its variants.
func levels(c *Context, consts *constants, f func(m *machine, suffix string)) {
	f(&machine{Context: c, wide: true, consts: consts}, "AVX512")
	f(&machine{Context: c, consts: consts}, "AVX2")
}

// constants is the table of the numbers of a family, each four times: AVX2 takes
// a whole vector as an operand, AVX-512 spreads the first.
type constants struct {
	c     *Context
	base  Mem
	size  int
	place map[uint64]int
}

func newConstants(c *Context, name string) *constants {
	t := &constants{c, c.StaticGlobal(name), 0, map[uint64]int{}}
	c.DataAttributes(attr.RODATA | attr.NOPTR)
	t.at(math.MaxUint64) // the ramp of masksOf
	t.at(0)
	return t
}

// at returns the offset of a constant, which is added if it is new.
func (t *constants) at(bits uint64) int {
	at, ok := t.place[bits]
	if !ok {
		at = t.size
		t.place[bits] = at
		for range 4 {
			t.add(bits)
		}
	}
	return at
}

// table returns the place of numbers that follow each other, which are added if
// there is none.
func (t *constants) table(bits []uint64) Mem {
	key := bits[0] ^ bits[1]<<1 ^ bits[len(bits)-1]
	at, ok := t.place[key]
	if !ok {
		at = t.size
		t.place[key] = at
		for _, v := range bits {
			t.add(v)
		}
	}
	return t.base.Offset(at)
}

func (t *constants) add(bits uint64) {
	// Not F64: an integral value would be written, and assembled, as an integer.
	t.c.AddDatum(t.size, U64(bits))
	t.size += 8
}

// constant is an operand that is one number in all lanes.
type constant struct{ Mem }

// bits returns a constant by its bits.
func (m *machine) bits(v uint64) constant {
	return constant{m.consts.base.Offset(m.consts.at(v))}
}

// magic is 1.5 * 2^52: added to a number below 2^51 it leaves that number rounded
// to an integer in the lowest bits.
const magic = 0x1.8p52

func (m *machine) num(v float64) constant { return m.bits(math.Float64bits(v)) }

func (m *machine) lanes() int {
	if m.wide {
		return 8
	}
	return 4
}

// size returns the bytes of a vector.
func (m *machine) size() int { return 8 * m.lanes() }

// vec returns a new register, vecs some.
func (m *machine) vec() VecVirtual {
	if m.wide {
		return m.ZMM()
	}
	return m.YMM()
}

func (m *machine) vecs(n int) []VecVirtual {
	v := make([]VecVirtual, n)
	for i := range v {
		v[i] = m.vec()
	}
	return v
}

// binary is an instruction of two operands in its forms.
type binary struct{ plain, broadcast func(ops ...Op) }

// emit writes in for dst = a op b, where b may be a constant.
func (m *machine) emit(in binary, dst, a, b Op) {
	if k, ok := b.(constant); ok {
		b = k.Mem
		if m.wide {
			in.broadcast(b, a, dst)
			return
		}
	}
	in.plain(b, a, dst)
}

func (m *machine) add(dst, a, b Op) { m.emit(binary{m.VADDPD, m.VADDPD_BCST}, dst, a, b) }
func (m *machine) sub(dst, a, b Op) { m.emit(binary{m.VSUBPD, m.VSUBPD_BCST}, dst, a, b) }
func (m *machine) mul(dst, a, b Op) { m.emit(binary{m.VMULPD, m.VMULPD_BCST}, dst, a, b) }
func (m *machine) div(dst, a, b Op) { m.emit(binary{m.VDIVPD, m.VDIVPD_BCST}, dst, a, b) }

// min and max return b where one of the operands is NaN.
func (m *machine) min(dst, a, b Op) { m.emit(binary{m.VMINPD, m.VMINPD_BCST}, dst, a, b) }
func (m *machine) max(dst, a, b Op) { m.emit(binary{m.VMAXPD, m.VMAXPD_BCST}, dst, a, b) }

// madd is dst += a b, msub dst -= a b, horner dst = dst a + b.
func (m *machine) madd(dst, a, b Op) { m.emit(binary{m.VFMADD231PD, m.VFMADD231PD_BCST}, dst, a, b) }
func (m *machine) msub(dst, a, b Op) {
	m.emit(binary{m.VFNMADD231PD, m.VFNMADD231PD_BCST}, dst, a, b)
}
func (m *machine) horner(dst, a, b Op) {
	m.emit(binary{m.VFMADD213PD, m.VFMADD213PD_BCST}, dst, a, b)
}

func (m *machine) sqrt(dst, a Op) { m.VSQRTPD(a, dst) }

// and, xor, addInt and subInt work on the bits.
func (m *machine) and(dst, a, b Op) { m.emit(binary{m.VANDPD, m.VANDPD_BCST}, dst, a, b) }
func (m *machine) xor(dst, a, b Op) { m.emit(binary{m.VXORPD, m.VXORPD_BCST}, dst, a, b) }
func (m *machine) addInt(dst, a, b Op) {
	m.emit(binary{m.VPADDQ, m.VPADDQ_BCST}, dst, a, b)
}
func (m *machine) subInt(dst, a, b Op) {
	m.emit(binary{m.VPSUBQ, m.VPSUBQ_BCST}, dst, a, b)
}
func (m *machine) shiftLeft(dst, a Op, n int)  { m.VPSLLQ(Imm(uint64(n)), a, dst) }
func (m *machine) shiftRight(dst, a Op, n int) { m.VPSRLQ(Imm(uint64(n)), a, dst) }

// set is dst = v in all lanes; v is a constant or a number in memory.
func (m *machine) set(dst Op, v Op) {
	if k, ok := v.(constant); ok {
		v = k.Mem
	}
	m.VBROADCASTSD(v, dst)
}

// spread returns a register with a parameter of the function in all lanes.
func (m *machine) spread(param string) VecVirtual {
	v := m.vec()
	p, err := m.Param(param).Resolve()
	if err != nil {
		panic(err)
	}
	m.VBROADCASTSD(p.Addr, v)
	return v
}

// zero is dst = 0. That of AVX-512 is read from memory: avo takes a register that
// is xored with itself as read, and so as in use from the start of the function.
func (m *machine) zero(dst VecVirtual) {
	if m.wide {
		m.set(dst, m.bits(0))
		return
	}
	m.VXORPD(dst, dst, dst)
}

// keepBelow sets lanes of dst to those of a where a is not below limit, or is NaN.
func (m *machine) keepBelow(dst, a VecVirtual, limit constant) {
	const notLess = 5 // NLT_US: true for NaN
	if m.wide {
		k := m.K()
		m.VCMPPD_BCST(Imm(notLess), limit.Mem, a, k)
		m.VBLENDMPD(a, dst, k, dst)
		return
	}
	t := m.vec()
	m.VCMPPD(Imm(notLess), limit.Mem, a, t)
	m.VBLENDVPD(t, a, dst, dst)
}

// clearAtZero sets lanes of dst to 0 where those of a are.
func (m *machine) clearAtZero(dst, a VecVirtual) {
	const notEqual = 4 // NEQ_UQ: true for NaN
	zero := m.vec()
	m.zero(zero)
	if m.wide {
		k := m.K()
		m.VCMPPD(Imm(notEqual), zero, a, k)
		m.VMOVAPD_Z(dst, k, dst)
		return
	}
	m.VCMPPD(Imm(notEqual), zero, a, zero)
	m.VANDPD(zero, dst, dst)
}

// load and store move vector i of a group, but for the lanes beyond the row, which
// are read as 0.
func (m *machine) load(dst Op, from Mem, i int) {
	switch {
	case m.masks[i] == nil:
		m.VMOVUPD(from, dst)
	case m.wide:
		m.VMOVUPD_Z(from, m.masks[i], dst)
	default:
		m.VMASKMOVPD(from, m.masks[i], dst)
	}
}

func (m *machine) store(to Mem, v VecVirtual, i int) {
	switch {
	case m.masks[i] == nil:
		m.VMOVUPD(v, to)
	case m.wide:
		m.VMOVUPD(v, m.masks[i], to)
	default:
		m.VMASKMOVPD(v, m.masks[i], to)
	}
}

// at returns the place of vector i of a group that is at bytes behind a pointer.
func (m *machine) at(p, at Register, i int) Mem {
	return Mem{Base: p, Index: at, Scale: 1, Disp: i * m.size()}
}

// sum and largest return the sum, in a fixed order, and the maximum of the lanes of
// v, in a register whose first lane it is. v is spent.
func (m *machine) sum(v VecVirtual) VecVirtual     { return m.reduce(v, m.VADDPD, m.VADDSD) }
func (m *machine) largest(v VecVirtual) VecVirtual { return m.reduce(v, m.VMAXPD, m.VMAXSD) }

// total returns the sum of v in the first of them.
func (m *machine) total(v []VecVirtual) VecVirtual {
	for n := len(v); n > 1; n = (n + 1) / 2 {
		for i := range n / 2 {
			m.add(v[i], v[i], v[i+(n+1)/2])
		}
	}
	return v[0]
}

// addTo adds the sum of the lanes of v to a number in memory. v is spent.
func (m *machine) addTo(to Mem, v VecVirtual) {
	s := m.sum(v).AsX()
	m.VADDSD(to, s, s)
	m.VMOVSD(s, to)
}

func (m *machine) reduce(v VecVirtual, vector, single func(ops ...Op)) VecVirtual {
	if m.wide {
		h := m.YMM()
		m.VEXTRACTF64X4(Imm(1), v, h)
		vector(h, v.AsY(), v.AsY())
	}
	h := m.XMM()
	m.VEXTRACTF128(Imm(1), v.AsY(), h)
	vector(h, v.AsX(), v.AsX())
	m.VUNPCKHPD(v.AsX(), v.AsX(), h)
	single(h, v.AsX(), v.AsX())
	return v
}

// row writes a loop over n elements in groups of vectors; body writes one of count
// vectors, at a distance in bytes from the row's first element. The last group of
// a row that is not a multiple is of the same number of vectors, or of one if that
// is enough. n is spent.
func (m *machine) row(n Register, group int, body func(count int, at Register)) {
	at := m.GP64()
	m.XORQ(at, at)
	loop, rest, single, done := m.label("loop"), m.label("rest"), m.label("single"), m.label("done")
	m.Label(loop)
	m.CMPQ(n, I32(group*m.lanes()))
	m.JL(LabelRef(rest))
	m.masks = make([]Register, group)
	body(group, at)
	m.ADDQ(I32(group*m.size()), at)
	m.SUBQ(I32(group*m.lanes()), n)
	m.JMP(LabelRef(loop))
	m.Label(rest)
	m.TESTQ(n, n)
	m.JE(LabelRef(done))
	if group > 1 {
		m.CMPQ(n, I32(m.lanes()))
		m.JLE(LabelRef(single))
		m.SUBQ(I32(m.lanes()), n)
		m.masks = append([]Register{nil}, m.masksOf(n, group-1)...)
		body(group, at)
		m.JMP(LabelRef(done))
		m.Label(single)
	}
	m.masks = m.masksOf(n, 1)
	body(1, at)
	m.Label(done)
}

// masksOf returns the masks of count vectors of which n elements are of the row.
func (m *machine) masksOf(n Register, count int) []Register {
	masks := make([]Register, count)
	if m.wide {
		bits := m.GP64()
		m.MOVQ(I32(-1), bits)
		m.BZHIQ(n, bits, bits)
		for i := range masks {
			if i > 0 {
				m.SHRQ(Imm(8), bits)
			}
			k := m.K()
			m.KMOVB(bits.As32(), k)
			masks[i] = k
		}
		return masks
	}
	if count > 1 {
		panic("masks for more than one vector of AVX2")
	}
	// The table begins with four words of ones and four of zeros.
	p, back, v := m.GP64(), m.GP64(), m.YMM()
	m.LEAQ(m.consts.base.Offset(32), p)
	m.LEAQ(Mem{Base: n, Index: n, Scale: 1}, back)
	m.SHLQ(Imm(2), back)
	m.SUBQ(back, p)
	m.VMOVUPD(Mem{Base: p}, v)
	masks[0] = v
	return masks
}

// by returns the number of vectors of a group: what registers allow.
func (m *machine) by(wide, narrow int) int {
	if m.wide {
		return wide
	}
	return narrow
}

// label returns a label of the function that is being written, which no other has.
func (m *machine) label(name string) string {
	m.count++
	return fmt.Sprintf("%s%d", name, m.count)
}

// begin starts a variant of a Go loop: its Generic namesake, if none is named.
func (m *machine) begin(name, suffix, signature string, loop ...string) {
	if loop == nil {
		loop = []string{name + "Generic"}
	}
	m.Function(name + suffix)
	m.SignatureExpr(signature)
	m.Pragma("noescape")
	m.Doc(fmt.Sprintf("%s%s is %s.", name, suffix, loop[0]))
	m.count = 0
}

// end returns.
func (m *machine) end() {
	m.VZEROUPPER()
	m.RET()
}
