"""Readings that were not read: predicted, synthetic, shown."""
