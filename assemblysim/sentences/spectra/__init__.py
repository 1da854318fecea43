"""Ions and spectra in words."""
