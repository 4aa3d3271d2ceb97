package pathwise

// WithTile returns p with tiles of so many points.
func WithTile(p *Paths, points int) *Paths {
	q := *p
	q.tile = points
	return &q
}
