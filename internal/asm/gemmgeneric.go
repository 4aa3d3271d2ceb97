package asm

// gemmGeneric is Gemm in Go. The conversions keep the compiler from fusing product
// and sum on machines that can, so that it is the same on all.
func gemmGeneric[T Float](p *Product[T], t Tile) {
	for i := 0; i < p.M; i += 2 {
		for j := 0; j < p.N && j < i+1+p.Diag; j += t.Cols {
			if i+2 <= p.M && j+t.Cols <= min(p.N, i+p.Diag) {
				gemmBlock(p, t, i, j)
				continue
			}
			for r := i; r < min(i+2, p.M); r++ {
				for c := j; c < min(j+t.Cols, p.N, r+p.Diag); c++ {
					gemmElement(p, t, r, c)
				}
			}
		}
	}
}

// gemmElement is the loop that defines Gemm: it computes element i, j of C.
func gemmElement[T Float](p *Product[T], t Tile, i, j int) {
	var s T
	for k := range p.K {
		s += T(p.A[i/t.Rows*p.APanel+i%t.Rows*p.ARow+k*p.ACol] * p.B[j/t.Cols*p.BPanel+k*p.BRow+j%t.Cols])
	}
	update(p, i*p.CRow+j, s)
}

// gemmBlock is gemmElement for 2 rows from i and the 4 columns of the panel from j,
// whose sums stay in registers.
func gemmBlock[T Float](p *Product[T], t Tile, i, j int) {
	a := p.A[min(i/t.Rows*p.APanel+i%t.Rows*p.ARow, len(p.A)):]
	b := p.B[min(j/t.Cols*p.BPanel, len(p.B)):]
	var s00, s01, s02, s03, s10, s11, s12, s13 T
	ai, bi := 0, 0
	for range p.K {
		row := b[bi : bi+4 : bi+4]
		x, y := a[ai], a[ai+p.ARow]
		s00 += T(x * row[0])
		s01 += T(x * row[1])
		s02 += T(x * row[2])
		s03 += T(x * row[3])
		s10 += T(y * row[0])
		s11 += T(y * row[1])
		s12 += T(y * row[2])
		s13 += T(y * row[3])
		ai += p.ACol
		bi += p.BRow
	}
	c := i*p.CRow + j
	update(p, c, s00)
	update(p, c+1, s01)
	update(p, c+2, s02)
	update(p, c+3, s03)
	c += p.CRow
	update(p, c, s10)
	update(p, c+1, s11)
	update(p, c+2, s12)
	update(p, c+3, s13)
}

// update stores a sum in the element of C at c.
func update[T Float](p *Product[T], c int, s T) {
	s = T(p.Alpha * s)
	if p.Add {
		s += p.C[c]
	}
	p.C[c] = s
}
