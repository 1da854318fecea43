"""Whether a verdict is believed: spectra that are wrong, mechanisms that describe nothing."""
