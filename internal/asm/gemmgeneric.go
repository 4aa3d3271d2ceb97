package asm

// gemmGeneric is Gemm in Go. The conversions prevent the compiler from fusing product
// and sum, so that results are the same on all machines.
func gemmGeneric[T Float](p *Product[T], t Tile) {
	for i := 0; i < p.M; i += t.Rows {
		m := min(t.Rows, p.M-i)
		for j := 0; j < p.N && j < i+m-1+p.Diag; j += t.Cols {
			n := min(t.Cols, p.N-j)
			all := j+n <= i+p.Diag // of these rows and columns
			r := 0
			for ; all && n == t.Cols && r+2 <= m; r += 2 {
				gemmBlock(p, t, i+r, j)
			}
			for c := j; c < j+n; c++ {
				if all && r == 0 && m == t.Rows {
					gemmColumn(p, t, i, c)
					continue
				}
				for q := i + r; q < i+m; q++ {
					if c < q+p.Diag {
						gemmElement(p, t, q, c)
					}
				}
			}
		}
	}
}

// gemmElement is the loop that defines Gemm: it computes element i, j of C.
func gemmElement[T Float](p *Product[T], t Tile, i, j int) {
	a := p.A[min(i/t.Rows*p.APanel+i%t.Rows*p.ARow, len(p.A)):]
	b := p.B[min(j/t.Cols*p.BPanel+j%t.Cols, len(p.B)):]
	var s T
	for k := range p.K {
		s += T(a[k*p.ACol] * b[k*p.BRow])
	}
	update(p, i*p.CRow+j, s)
}

// gemmColumn is gemmElement for the 4 rows from i, at once to hide the latency of
// the sums.
func gemmColumn[T Float](p *Product[T], t Tile, i, j int) {
	a := p.A[min(i/t.Rows*p.APanel, len(p.A)):]
	b := p.B[min(j/t.Cols*p.BPanel+j%t.Cols, len(p.B)):]
	var s0, s1, s2, s3 T
	r1, r2, r3 := p.ARow, 2*p.ARow, 3*p.ARow
	ai, bi := 0, 0
	for range p.K {
		x := b[bi]
		s0 += T(a[ai] * x)
		s1 += T(a[ai+r1] * x)
		s2 += T(a[ai+r2] * x)
		s3 += T(a[ai+r3] * x)
		ai += p.ACol
		bi += p.BRow
	}
	c := i*p.CRow + j
	update(p, c, s0)
	update(p, c+p.CRow, s1)
	update(p, c+2*p.CRow, s2)
	update(p, c+3*p.CRow, s3)
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
