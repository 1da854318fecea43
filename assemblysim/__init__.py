"""Which self-assembly mechanism do time-resolved spectra support, and how sure can one be."""

__version__ = "2.0.0.dev0"
