package pathwise

// WithTile returns p with tiles of so many points.
func WithTile(p *Paths, points int) *Paths {
	parts := make([]*part, len(p.parts))
	for i, q := range p.parts {
		tiled := *q
		tiled.tile = points
		parts[i] = &tiled
	}
	return join(parts)
}
