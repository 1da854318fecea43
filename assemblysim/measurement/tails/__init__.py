"""Errors with heavy tails: Student's t, by reading where that is exact and by block elsewhere."""
