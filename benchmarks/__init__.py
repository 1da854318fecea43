"""Measurements of speed: nothing here is a test, and no test measures time."""
