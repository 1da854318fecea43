"""Calibration as a user runs it: many simulated studies of one kind."""
