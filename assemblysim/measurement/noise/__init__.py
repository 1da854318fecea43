"""How intensities scatter: one file for each noise model, found through `registry.NOISES`."""
