"""Mass spectra: lists of assigned ions, and what their numbers can be."""
