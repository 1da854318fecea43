"""Ions of species: their formulas, and the balance of steps with what a model does not follow."""
