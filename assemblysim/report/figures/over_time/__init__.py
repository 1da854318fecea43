"""Figures over time beside those of data and fit: species and experiments together, routes."""
