"""Spectra off the disk: mzML and peak lists."""
