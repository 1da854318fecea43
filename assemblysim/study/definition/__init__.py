"""A study as people write it: its files, read and checked."""
