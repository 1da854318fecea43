"""Which self-assembly mechanism do time-resolved spectra support, and how sure can one be."""

__version__ = "0.1.0"
