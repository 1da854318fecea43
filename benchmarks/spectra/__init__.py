"""Do intervals of assigned spectra hold? Synthetic spectra whose ions are known."""
