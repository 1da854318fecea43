"""Synthetic studies whose data have faults that no mechanism knows of."""
