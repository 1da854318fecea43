"""Spectra into ions: which candidates there are, and how much of each a spectrum holds."""
