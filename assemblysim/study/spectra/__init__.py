"""The spectra of a study: their list, and the species table that is made of them."""
