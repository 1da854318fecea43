"""How probable intensities are, for each scale, noise model and kind of observation."""
