"""How probable readings are, for each scale, noise model and kind of observation."""
