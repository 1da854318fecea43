"""Spectra that may be wrong as a whole, whatever the mechanism."""
