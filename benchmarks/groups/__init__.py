"""Synthetic studies of two groups of experiments."""
