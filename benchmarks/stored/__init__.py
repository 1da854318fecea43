"""Rows of studies that are made one by one and kept."""
