"""Commands on measured spectra and on lists of ions."""
