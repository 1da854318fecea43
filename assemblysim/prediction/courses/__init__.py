"""Time courses on fine grids, with bands, crossings and intervals."""
