"""Stored draws, opened by the libraries that others look at draws with."""
