"""Intensities that were not measured: predicted, synthetic, shown."""
