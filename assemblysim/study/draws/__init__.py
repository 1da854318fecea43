"""Posterior draws as ArviZ and xarray open them: what belongs to each draw, and the file."""
