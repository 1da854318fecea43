"""What checking ions and spectra found."""
