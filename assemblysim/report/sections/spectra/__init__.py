"""Sections on ions and spectra."""
